#!/usr/bin/env bash
# train.sh [RECORDS]: `tune check` beside wc, jq and a validator in Python on one made-up
# file in memory. Seconds are the best of three, of processor time.
set -euo pipefail
cd "$(dirname "$0")/../.."
records=${1:-100000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build/tests/b_train "$records" >"$work/train.jsonl"
bytes=$(stat -c %s "$work/train.jsonl")
row() { # name, command …
    local name=$1 best=999999 s
    shift
    for _ in 1 2 3; do
        s=$( { TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>&1 || true; } 2>&1 | awk '{print $1 + $2}')
        best=$(awk -v a="$best" -v b="$s" 'BEGIN { print a < b ? a : b }')
    done
    awk -v n="$name" -v s="$best" -v b="$bytes" \
        'BEGIN { printf "| %s | %.2f | %.0f |\n", n, s, b / s / 1e6 }'
}
echo "$records records, $bytes bytes"
echo "| | CPU s | MB/s |"
echo "|---|---|---|"
row "wc -l" wc -l "$work/train.jsonl"
row "bedplan tune check" build/bedplan tune check "$work/train.jsonl" -m amazon.nova-micro-v1:0
row "jq -c .messages[].role" jq -c '.messages[].role' "$work/train.jsonl"
row "Python's json" python3 tests/bench/train_peer.py "$work/train.jsonl"
