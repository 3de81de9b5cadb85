#!/usr/bin/env bash
# Installs what is missing, builds with gcc, clang and the sanitizers, runs every test.
# The last line is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")"
export LC_ALL=C TZ=UTC
./setup.sh test || exit 1
passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

build() { # preset
    echo "== build $1"
    if cmake --preset "$1" >"$log" 2>&1 && cmake --build --preset "$1" -- --quiet >>"$log" 2>&1; then
        return 0
    fi
    cat "$log"
    failed=$((failed + 1))
    return 1
}

run() { # build folder, ctest arguments …
    local folder=$1
    shift
    echo "== test $folder"
    ctest --test-dir "$folder" -j 2 --output-on-failure "$@" | tee "$log"
    # "  3/57 Test  #3: unit.usd ....   Passed    0.01 sec"
    local all good skip
    all=$(grep -cE '^ *[0-9]+/[0-9]+ Test +#' "$log")
    good=$(grep -cE '^ *[0-9]+/[0-9]+ Test +#.* Passed ' "$log")
    skip=$(grep -cE '^ *[0-9]+/[0-9]+ Test +#.*\*\*\*Skipped ' "$log")
    passed=$((passed + good))
    skipped=$((skipped + skip))
    failed=$((failed + all - good - skip))
}

build release && run build
build asan && run build-asan -LE slow
build fuzz && run build-fuzz -L fuzz # clang builds everything, and fuzzes briefly

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
