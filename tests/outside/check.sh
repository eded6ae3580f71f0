#!/usr/bin/env bash
# Builds a crate that uses the library without features, from an empty target, and runs it. It must compile fewer than
# 60 crates, none of them heavy. Prints the number of crates and the seconds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
project=$(cd ../.. && pwd)
mkdir -p "$work/outside"
cp -r src "$work/outside"
sed "s|\"../..\"|\"$project\"|" Cargo.toml >"$work/outside/Cargo.toml"
# The same versions as in the project.
cp "$project/Cargo.lock" "$work/outside"

start=$(date +%s.%N)
CARGO_TARGET_DIR=$work/target CARGO_INCREMENTAL=0 \
  cargo build --release --manifest-path "$work/outside/Cargo.toml" 2>"$work/log" || { cat "$work/log"; exit 1; }
seconds=$(awk "BEGIN { printf \"%.0f\", $(date +%s.%N) - $start }")

crates=$(grep --count '^ *Compiling ' "$work/log")
heavy=$(grep --extended-regexp --only-matching 'Compiling (aws-|tokio|clap|jsonschema|s3s|hyper)[^ ]*' "$work/log" || true)
echo "$crates crates compiled in $seconds s"
if ((crates >= 60)) || [[ -n $heavy ]]; then
  echo "the library without features compiles too much: $heavy"
  exit 1
fi

counted=$("$work/target/release/outside" <<'LINES'
{"events":[],"environment":"production"}
{"events":[],"environment":"prod"}
LINES
)
echo "$counted"
[[ $counted == "1 of 2 lines are valid" ]]
