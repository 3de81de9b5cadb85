#!/usr/bin/env bash
# b_replay, and the same job by a SimPy program in the same run (Debian: python3-simpy3).
#   tests/bench/replay.sh
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build}
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$build/tests/b_replay" | tee "$out"
/usr/bin/python3 -c 'import simpy' 2>/dev/null || { echo "no SimPy: not compared"; exit 0; }
made=$(awk '/^generated, lognormal/ { m = $(NF-2) } END { print m }' "$out")
retried=$(awk '/^replay with retries/ { print $(NF-2) }' "$out")
compare() { # words, M requests/s of ours, options …
    local words=$1 ours=$2
    shift 2
    "$here/simpy_job.py" 2000 "$@" | awk -v words="$words" -v ours="$ours" '
        { printf "%-52s %8.3f M attempts/s, 1/%.0f of ours\n", words, $1 / 1e6, ours * 1e6 / $1 }'
}
compare "SimPy, one process for all requests" "$made"
compare "SimPy, a process for each request" "$made" --process
compare "SimPy, with retries" "$retried" --retry
