#!/bin/sh
# Installs mp-forwarding to FOLDER/bin: install-mp-forwarding.sh FOLDER
#
# MP_FORWARDING_SOURCE names the source: a folder with a checkout, or the URL of a git repository, with `#` and a commit, tag or
# branch behind it if it is not to be the newest one.
set -eu

source=${MP_FORWARDING_SOURCE:-}
case $source in
  '')
    echo "set MP_FORWARDING_SOURCE to the URL of the git repository of mp-forwarding, or to the path of a checkout" >&2
    exit 2
    ;;
  *'#'*) set -- "$1" --git "${source%%#*}" --rev "${source#*#}" mp-forwarding ;;
  *)
    if [ -d "$source" ]; then
      set -- "$1" --path "$source"
    else
      set -- "$1" --git "$source" mp-forwarding
    fi
    ;;
esac
folder=$1
shift
cargo install "$@" --locked --root "$folder"
