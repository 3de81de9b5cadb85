#!/usr/bin/env bash
# HTTP/2 over verified TLS, against Node's own server: http2.sh BEDPLAN
# Skipped (77) without node or openssl; the server ends by itself after 30 seconds.
set -euo pipefail
export LC_ALL=C TZ=UTC
bedplan=$1
here=$(cd "$(dirname "$0")" && pwd)
command -v node >/dev/null && command -v openssl >/dev/null && command -v jq >/dev/null || exit 77
tmp=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$tmp"' EXIT
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/key.pem" -out "$tmp/cert.pem" -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
node "$here/http2_server.mjs" "$tmp" >"$tmp/log" &
server=$!
for _ in $(seq 100); do
    port=$(sed -n 's/^port //p' "$tmp/log")
    [ -z "$port" ] || break
    sleep 0.1
done
[ -n "$port" ] || { echo "http2: the server did not start" >&2; exit 1; }
probe() {
    env -i PATH="$PATH" HOME="$tmp" XDG_DATA_HOME="$tmp" AWS_REGION=us-east-1 \
        AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=example "$@" \
        "$bedplan" probe amazon.nova-lite-v1:0 --endpoint-url "https://localhost:$port" -q \
        --requests 6 --concurrency 2 --no-stream --max-usd 1 --max-tokens 20 \
        --input-tokens 30 --json
}
probe AWS_CA_BUNDLE="$tmp/cert.pem" >"$tmp/answer"
[ "$(jq .ok "$tmp/answer")" = 6 ] || { cat "$tmp/answer" "$tmp/log" >&2; exit 1; }
[ "$(grep -c '^2.0 POST /model/amazon.nova-lite-v1%3A0/converse' "$tmp/log")" = 6 ] ||
    { cat "$tmp/log" >&2; exit 1; }
# the certificate is nobody's we trust
status=0
probe >"$tmp/refused" 2>/dev/null || status=$?
[ "$status" = 5 ] || { echo "http2: an unknown certificate gave exit $status" >&2; exit 1; }
