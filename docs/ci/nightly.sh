#!/bin/sh
# Checks a live export: the bucket with `preflight`, which writes nothing by default, and the files of a day with `validate`:
# nightly.sh FOLDER [DAY]
#
# DAY is YYYY-MM-DD, yesterday (UTC) by default. The reports go to FOLDER. `mp-forwarding` must be on the PATH, and the
# environment must have the credentials of a role that may read the bucket and its configuration, and:
#
#   MP_FORWARDING_SETTINGS  the settings file of the connection
#   MP_FORWARDING_EXPORT    the export, such as s3://mp-forwarding-acme/exports/
#   MP_FORWARDING_OPTIONS   options of `preflight`, such as `--pod us1`; optional
#   MP_FORWARDING_WRITE     `yes`: `preflight` writes a verification object, as mParticle does. A server that does not enforce bucket
#                           policies, such as MinIO, needs it: otherwise whether mParticle may write is not known, and the check fails
#
# Both commands run. The exit code is the first one that is not 0: 1 findings, 2 there is no file of that day or a setting cannot
# be used, 3 the bucket cannot be reached.
set -eu

reports=$1
day=${2:-$(date -u -d yesterday +%Y-%m-%d 2>/dev/null || date -u -v-1d +%Y-%m-%d)}
mkdir -p "$reports"
code=0

write=--no-write
[ "${MP_FORWARDING_WRITE:-}" != yes ] || write=

# The options are several words.
# shellcheck disable=SC2086
mp-forwarding preflight --settings "$MP_FORWARDING_SETTINGS" $write ${MP_FORWARDING_OPTIONS:-} \
  --report "$reports/preflight.json" --report "$reports/preflight.md" --report "$reports/preflight.xml" || code=$?

# A day without a file ends with 2: a bucket that is well configured and gets no files is a fault that nothing else shows.
mp-forwarding validate "$MP_FORWARDING_EXPORT" --settings "$MP_FORWARDING_SETTINGS" --since "$day" --until "$day" \
  --report "$reports/validate.json" --report "$reports/validate.md" --report "$reports/validate.xml" || files=$?
[ "$code" -ne 0 ] || code=${files:-0}
exit "$code"
