#!/usr/bin/env bash
# Import of a gzip log beside zcat, jq and (where @duckdb/node-api is installed under
# $DUCKDB_NODE, a folder with node_modules) DuckDB, on one file, in one run.
#   tests/bench/import.sh [RECORDS [ROUNDS]]
# Seconds are processor time (user + system), the least of the rounds; wall time is
# beside it, for what uses more than one processor.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build}
records=${1:-60000} rounds=${2:-5}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$build/tests/b_logs" "$records" 1 | gzip -6 >"$tmp/log.json.gz"
size=$(stat -c %s "$tmp/log.json.gz") plain=$(zcat "$tmp/log.json.gz" | wc -c)
echo "$records records, $((size / 1000000)) MB gzip, $((plain / 1000000)) MB plain"

cat >"$tmp/duck.mjs" <<'JS'
import { createRequire } from 'module';
const require = createRequire(process.env.DUCKDB_NODE + '/');
const { DuckDBInstance } = require('@duckdb/node-api');
const db = await (await DuckDBInstance.create(':memory:')).connect();
const r = await db.runAndReadAll(`select count(*), sum(input.inputTokenCount),
  sum(output.outputTokenCount) from read_json('${process.argv[2]}',
  format='newline_delimited', maximum_object_size=16777216,
  columns={timestamp:'VARCHAR', modelId:'VARCHAR', requestId:'VARCHAR',
  input:'STRUCT(inputTokenCount BIGINT)', output:'STRUCT(outputTokenCount BIGINT)'})`);
console.log(r.getRows().join());
JS

declare -A best wall memory
names=(zcat bedplan jq)
run() {
    case $1 in
    zcat) zcat "$tmp/log.json.gz" >/dev/null ;;
    bedplan) rm -rf "$tmp/data"; "$build/bedplan" usage import u "$tmp/log.json.gz" --data "$tmp/data" >/dev/null ;;
    jq) zcat "$tmp/log.json.gz" | jq -c '[.timestamp, .modelId, .input.inputTokenCount, .output.outputTokenCount]' >/dev/null ;;
    duckdb) node "$tmp/duck.mjs" "$tmp/log.json.gz" >/dev/null ;;
    esac
}
export -f run
export tmp build
[ -z "${DUCKDB_NODE:-}" ] || names+=(duckdb)
for ((i = 0; i < rounds; i++)); do
    for name in "${names[@]}"; do
        [ "$name" != jq ] || [ "$i" = 0 ] || continue # minutes
        /usr/bin/env bash -c 'TIMEFORMAT="%U %S %R"; time run "$1"' - "$name" 2>"$tmp/t"
        read -r user system real < <(tail -1 "$tmp/t")
        cpu=$(awk "BEGIN { print $user + $system }")
        best[$name]=$(printf '%s\n%s\n' "${best[$name]:-1e9}" "$cpu" | sort -g | head -1)
        wall[$name]=$(printf '%s\n%s\n' "${wall[$name]:-1e9}" "$real" | sort -g | head -1)
    done
done
peak=$("$build/tests/b_peak" "$build/bedplan" usage import m "$tmp/log.json.gz" --data "$tmp/data" -q 2>/dev/null)
printf '%-8s %10s %10s %12s\n' '' 'cpu s' 'wall s' 'of zcat cpu'
for name in "${names[@]}"; do
    printf '%-8s %10.2f %10.2f %12.2f\n' "$name" "${best[$name]}" "${wall[$name]}" \
        "$(awk "BEGIN { print ${best[$name]} / ${best[zcat]} }")"
done
echo "most memory of the import: $((peak / 1024)) MB"
