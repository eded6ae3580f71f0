#!/usr/bin/env bash
# Fuzzes each target, or the named ones, for MP_FORWARDING_FUZZ_SECONDS (default: 60). Needs a nightly toolchain and cargo-fuzz. Inputs
# that fail a target stay in target/fuzz-findings/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

project=$PWD
target=${CARGO_TARGET_DIR:-$project/target}/fuzz
seconds=${MP_FORWARDING_FUZZ_SECONDS:-60}
targets=("$@")
if [[ $# == 0 ]]; then
  for file in fuzz/targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r fuzz "$work"
sed -i "s|path = \"..\"|path = \"$project\"|" "$work/fuzz/Cargo.toml"
# The same versions as in the project.
cp Cargo.lock "$work/fuzz"

cd "$work/fuzz"
for name in "${targets[@]}"; do
  mkdir -p "$project/target/fuzz-findings/$name"
  echo "fuzz: $name for $seconds s"
  if ! cargo +nightly fuzz run --fuzz-dir . --target-dir "$target" "$name" "corpus/$name" -- \
    -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$project/target/fuzz-findings/$name/" >"$work/log" 2>&1; then
    tail -40 "$work/log"
    echo "fuzz: $name failed; its input is in target/fuzz-findings/$name"
    exit 1
  fi
  grep --extended-regexp 'stat::(number_of_executed_units|peak_rss_mb)' "$work/log"
done
