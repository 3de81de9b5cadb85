#!/usr/bin/env bash
# Installs what is missing, builds, and plans the example.
set -euo pipefail
cd "$(dirname "$0")"
./setup.sh
cmake --preset release >/dev/null
cmake --build --preset release --target bedplan -- --quiet
mkdir -p out
build/bedplan plan plan.ini.example --plots out --report out/report.html
echo "charts and report.html are in out/" >&2
