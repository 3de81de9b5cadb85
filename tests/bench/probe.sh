#!/usr/bin/env bash
# The probe's cost beside a bare client, wrk and AWS's SDK, on the loopback Bedrock.
#   probe.sh [BUILD]     AWS_SDK_NODE: folder with node_modules; wrk and node are optional
set -euo pipefail
build=$(realpath "${1:-build}")
here=$(cd "$(dirname "$0")" && pwd)
export AWS_SDK_NODE=${AWS_SDK_NODE:-$build/tests/interop-aws}
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
ulimit -n 8192 2>/dev/null || true
server=
serve() { # options …
    stop
    exec 3< <(exec "$build/tests/loopback_bedrock" "$@")
    server=$!
    read -r port <&3
    url=http://127.0.0.1:$port
}
stop() { [ -z "$server" ] || kill "$server" 2>/dev/null || true; server=; }
trap stop EXIT
b() { timeout 120 "$build/tests/b_probe" "$@"; }
sdk() { [ ! -d "$AWS_SDK_NODE/node_modules" ] || NODE_NO_WARNINGS=1 timeout 120 node "$here/sdk_streams.mjs" "$@"; }

echo "== streams of 100 events in one burst, 8 at a time"
serve --deltas=100 --first-us=500 --gap-us=0
for _ in 1 2 3; do b streams "$url" 3000 8; b bare "$url" 3000 8; done
sdk "$url" 1000 8
echo "== streams of 100 events, one each 5 ms, 100 at a time"
serve --deltas=100 --first-us=5000 --gap-us=5000
for _ in 1 2; do b streams "$url" 600 100; b bare "$url" 600 100; done
sdk "$url" 400 100
echo "== 1,000 streams of 100 events at a time, one each 50 ms"
serve --deltas=100 --first-us=5000 --gap-us=50000
b streams "$url" 2000 1000
b bare "$url" 2000 1000
echo "== plain requests, 32 at a time"
serve --deltas=10 --first-us=0 --gap-us=0
for _ in 1 2 3; do b plain "$url" 20000 32; done
if command -v wrk >/dev/null; then
    printf 'wrk.method = "POST"\nwrk.body = "{}"\n' >"${TMPDIR:-/tmp}/post.$$.lua"
    /usr/bin/time -f 'wrk      %U s user, %S s system' timeout 60 wrk -t1 -c32 -d4s -s "${TMPDIR:-/tmp}/post.$$.lua" "$url/model/m/converse" |
        grep -E 'requests in|Requests/sec' || true
    rm -f "${TMPDIR:-/tmp}/post.$$.lua"
fi
echo "== lateness at 1,000 requests a second"
serve --deltas=10 --first-us=2000 --gap-us=500
for _ in 1 2 3; do b open "$url" 5000 1000; done
