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

build() { # preset [target]
    echo "== build $1"
    if cmake --preset "$1" >"$log" 2>&1 &&
        cmake --build --preset "$1" --target "${2:-all}" -- --quiet >>"$log" 2>&1; then
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

# Every file through clang's warnings: nothing is written, which takes a tenth of the time.
warn() { # folder that clang builds in
    echo "== warnings of clang"
    if ninja -C "$1" -t commands all | grep -E ' -c [^ ]+\.c$' | sed 's/$/ -fsyntax-only/' |
        (cd "$1" && xargs -d '\n' -P 2 -I{} sh -c '{} || exit 1') >"$log" 2>&1; then
        passed=$((passed + 1))
    else
        cat "$log"
        failed=$((failed + 1))
    fi
}

build release && run build
build asan && run build-asan -LE slow
build fuzz fuzzers && run build-fuzz -L fuzz # clang's libFuzzer, briefly
warn build-fuzz

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
