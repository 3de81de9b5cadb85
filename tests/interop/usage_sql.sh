#!/usr/bin/env bash
# The query of `usage sql --engine duckdb`, run by DuckDB, gives the statistics that
# importing the logs gives.
#   usage_sql.sh BEDPLAN B_LOGS [FOLDER]
# DuckDB is the npm package @duckdb/node-api in $DUCKDB_NODE (a folder with
# node_modules), else installed into FOLDER; skipped (77) where that is not possible.
set -euo pipefail
export LC_ALL=C TZ=UTC
bedplan=$1 b_logs=$2 folder=${3:-}
command -v node >/dev/null && command -v npm >/dev/null && command -v jq >/dev/null || exit 77
if [ -z "${DUCKDB_NODE:-}" ]; then
    export DUCKDB_NODE=$folder
    [ -n "$folder" ] && mkdir -p "$folder" || exit 77
    [ -d "$folder/node_modules/@duckdb/node-api" ] ||
        timeout 90 npm install --prefix "$folder" --no-audit --no-fund --fetch-retries=0 \
            --fetch-timeout=20000 --loglevel=silent @duckdb/node-api@1.5.6-r.1 >/dev/null || exit 77
fi
[ -d "$DUCKDB_NODE/node_modules/@duckdb/node-api" ] || exit 77
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export BEDPLAN_DATA=$tmp/data BEDPLAN_NOW=2026-11-22
day=$tmp/logs/2026/04/01/00
mkdir -p "$day/data"
"$b_logs" 3000 7 >"$tmp/all.json"
head -2000 "$tmp/all.json" | gzip >"$day/a.json.gz"
tail -1250 "$tmp/all.json" | gzip >"$day/b.json.gz" # 250 of them twice
sed -n 5p "$tmp/all.json" | gzip >"$day/data/x_input.json.gz"

cat >"$tmp/run.mjs" <<'JS'
import { createRequire } from 'module';
import { readFileSync } from 'fs';
const { DuckDBInstance } = createRequire(process.env.DUCKDB_NODE + '/')('@duckdb/node-api');
const db = await (await DuckDBInstance.create(':memory:')).connect();
const r = await db.runAndReadAll(readFileSync(0, 'utf8'));
console.log(r.columnNames().join());
for (const row of r.getRows()) console.log(row.map(v => v === null ? '' : String(v)).join());
JS
"$bedplan" usage sql --engine duckdb --from "$tmp/logs" | node "$tmp/run.mjs" >"$tmp/counts.csv"
"$bedplan" usage import logs "$tmp/logs" -q
"$bedplan" usage import counts "$tmp/counts.csv" -q
for name in logs counts; do
    # what only the bodies say is not in the table
    "$bedplan" usage export "$name" |
        jq 'del(.attribution, .kind, .max_tokens, .latency_mean_ms)
            | .models |= sort_by(.id)' >"$tmp/$name.out"
done
diff "$tmp/logs.out" "$tmp/counts.out"
echo "$(jq .requests "$tmp/logs.out") requests, $(wc -l <"$tmp/counts.csv") rows: the same"
