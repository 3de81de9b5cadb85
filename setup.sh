#!/usr/bin/env bash
# Installs the Debian 12 packages that building (and, with "test", testing) needs.
# A second run finds them installed and does nothing.
set -euo pipefail
packages=(gcc libc6-dev cmake ninja-build pkg-config libcurl4-openssl-dev libcjson-dev
    libgsl-dev libsqlite3-dev libssl-dev zlib1g-dev libinih-dev libyajl-dev libcsv-dev
    gnuplot-nox)
[ "${1:-}" != test ] || packages+=(clang libclang-rt-14-dev libcmocka-dev
    sqlite3 scdoc jq man-db glpk-utils openssl python3)
missing=()
for p in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
done
[ ${#missing[@]} -gt 0 ] || exit 0
sudo=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "setup: install ${missing[*]} as root" >&2; exit 1; }
    sudo=sudo
fi
echo "setup: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
