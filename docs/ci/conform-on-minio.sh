#!/bin/sh
# Runs `conform` against a new MinIO server and writes the reports to a folder: conform-on-minio.sh FOLDER [OPTION...]
#
# `minio` and `mp-forwarding` must be on the PATH. The options are those of `mp-forwarding conform`, for example
# `--settings connection.toml`. The exit code is that of `conform`: 0 all checks passed, 1 a check failed, 2 or 3 the run could
# not be completed.
set -eu

reports=$1
shift
mkdir -p "$reports"
address=127.0.0.1:${MINIO_PORT:-9000}
data=$(mktemp -d)

# Keys for this run only.
AWS_ACCESS_KEY_ID=conform
AWS_SECRET_ACCESS_KEY=$(od -An -N20 -tx1 /dev/urandom | tr -d ' \n')
AWS_EC2_METADATA_DISABLED=true
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_EC2_METADATA_DISABLED

# With a key MinIO takes encryption, so that SSE-1 is tested.
MINIO_KMS_SECRET_KEY=conform:$(head -c 32 /dev/urandom | base64)
export MINIO_KMS_SECRET_KEY

MINIO_ROOT_USER=$AWS_ACCESS_KEY_ID MINIO_ROOT_PASSWORD=$AWS_SECRET_ACCESS_KEY MINIO_BROWSER=off \
  minio server "$data" --address "$address" >"$reports/minio.log" 2>&1 &
minio=$!
trap 'kill "$minio" 2>/dev/null; wait "$minio" 2>/dev/null; rm -rf "$data"' EXIT

attempts=0
until curl --fail --silent --output /dev/null "http://$address/minio/health/ready"; do
  attempts=$((attempts + 1))
  if [ "$attempts" -gt 100 ] || ! kill -0 "$minio"; then
    cat "$reports/minio.log" >&2
    exit 3
  fi
  sleep 0.2
done

# The table goes to the job's log; the other formats are for viewers.
mp-forwarding conform --endpoint "http://$address" --create-bucket "$@" \
  --report "$reports/conform.xml" --report "$reports/conform.md" --report "$reports/conform.html" \
  --report "$reports/conform.json" --report "$reports/badge.json"
