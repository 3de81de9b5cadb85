#!/bin/sh
# run.sh BINARY SEEDS: fuzzes for a few seconds (FUZZ_SECONDS, 3) from a copy of the seeds.
# An input that fails is printed in base64 and shown with its path; nothing else is left.
set -u
binary=$1
seeds=$2
[ -n "$(ls "$seeds" 2>/dev/null)" ] || { echo "$seeds holds no seed" >&2; exit 1; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cp -r "$seeds" "$work/corpus"
cd "$work" || exit 1
"$binary" -max_total_time="${FUZZ_SECONDS:-3}" -timeout=10 -rss_limit_mb=1024 -seed=1 \
    -artifact_prefix="$work/" -print_final_stats=1 corpus >"$work/log" 2>&1
status=$?
if [ $status -ne 0 ]; then
    cat "$work/log"
else
    grep -E 'number_of_executed_units|new_units_added' "$work/log"
fi
exit $status
