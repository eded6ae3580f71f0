#!/usr/bin/env bash
# Installs mp-forwarding from MP_FORWARDING_SOURCE into an environment of its own, then checks the settings files in MP_FORWARDING_SETTINGS
# and the policies in MP_FORWARDING_POLICIES. The GitHub action runs it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "${MP_FORWARDING_SOURCE:?names a wheel, a path or a URL}"
program=$work/venv/bin/mp-forwarding

# The values are lists of patterns.
# shellcheck disable=SC2206
settings=(${MP_FORWARDING_SETTINGS-}) policies=(${MP_FORWARDING_POLICIES-})
if [[ ${#settings[@]} == 0 && ${#policies[@]} == 0 ]]; then
  echo "nothing to check: set \`settings\` or \`policies\`" >&2
  exit 2
fi
code=0
[[ ${#settings[@]} == 0 ]] || "$program" settings check "${settings[@]}" || code=$?
[[ ${#policies[@]} == 0 ]] || "$program" policy check --format github "${policies[@]}" || code=$?
exit "$code"
