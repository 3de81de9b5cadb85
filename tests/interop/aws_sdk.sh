#!/usr/bin/env bash
# AWS's own code on the other side: its signer and its event-stream codec judge what a
# probe sends and feed it; its SDK reads the loopback Bedrock.
#   aws_sdk.sh BEDPLAN LOOPBACK [FOLDER]
# The npm packages are in $AWS_SDK_NODE (a folder with node_modules), else installed into
# FOLDER; skipped (77) where that is not possible.
set -euo pipefail
export LC_ALL=C TZ=UTC
bedplan=$1 loopback=$2 folder=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
command -v node >/dev/null && command -v npm >/dev/null && command -v jq >/dev/null || exit 77
packages=(@aws-sdk/client-bedrock-runtime@3 @smithy/signature-v4@5 @smithy/eventstream-codec@4
    @aws-crypto/sha256-js@5)
if [ -z "${AWS_SDK_NODE:-}" ]; then
    export AWS_SDK_NODE=$folder
    [ -n "$folder" ] && mkdir -p "$folder" || exit 77
    [ -d "$folder/node_modules/@aws-sdk/client-bedrock-runtime" ] ||
        timeout 240 npm install --prefix "$folder" --no-audit --no-fund --fetch-retries=0 \
            --fetch-timeout=20000 --loglevel=silent "${packages[@]}" >/dev/null || exit 77
fi
[ -d "$AWS_SDK_NODE/node_modules/@smithy/signature-v4" ] || exit 77
tmp=$(mktemp -d)
servers=()
cleanup() {
    local pid
    for pid in "${servers[@]}"; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$tmp"
}
trap cleanup EXIT
fail() { echo "aws_sdk: $*" >&2; exit 1; }
export HOME=$tmp BEDPLAN_DATA=$tmp/data AWS_REGION=eu-central-1
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
export AWS_SESSION_TOKEN='IQoJb3Jp//Z2luX2VjE+token=='
port() { # file: waits for the port that a server prints
    for _ in $(seq 100); do
        [ -s "$1" ] && { head -1 "$1"; return; }
        sleep 0.1
    done
    fail "a server does not start"
}

# 1. The probe talks to AWS's signer and codec.
timeout 120 node "$here/verify_server.mjs" >"$tmp/verify" &
servers+=($!)
url=http://127.0.0.1:$(port "$tmp/verify")
for model in amazon.nova-lite-v1:0 openai.gpt-5.6-sol \
    arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0 \
    arn:aws:bedrock:eu-central-1:123456789012:provisioned-model/abcdefghijkl; do
    for how in "" --no-stream; do
        # shellcheck disable=SC2086 # no option, or one
        "$bedplan" probe "$model" --endpoint-url "$url" -n 7 -c 3 $how --no-save --json -q >"$tmp/out" ||
            fail "$model $how: exit $?"
        jq -e '.ok == 7 and .input_tokens == 77 and .output_tokens == 35' "$tmp/out" >/dev/null ||
            fail "$model $how: $(jq -c '[.ok, .errors, .messages, .input_tokens]' "$tmp/out")"
    done
done
"$bedplan" probe any.model --endpoint-url "$url" -n 3 --text "$(printf 'Grüße \360\237\230\200 "quoted" \\ back')" --no-save -q >/dev/null ||
    fail "text that is not ASCII is signed wrongly"
AWS_SECRET_ACCESS_KEY=wrong "$bedplan" probe any.model --endpoint-url "$url" -n 3 --no-save -q >"$tmp/out" 2>"$tmp/err" &&
    fail "a wrong key passes"
[ $? = 4 ] || grep -q InvalidSignature "$tmp/err" || fail "a wrong key: $(cat "$tmp/err")"

# 2. The SDK reads the loopback Bedrock.
"$loopback" --first-us=3000 --gap-us=500 --split=7 --empty-first=1 --reasoning=4 \
    --on=1=429 --on=2=error-event@9 --on=3=throttled-event@2 --on=4=bad-crc@3 >"$tmp/loop" &
servers+=($!)
timeout 60 node "$here/sdk_client.mjs" "http://127.0.0.1:$(port "$tmp/loop")" || fail "the SDK disagrees"
echo "AWS's signer, codec and SDK agree"
