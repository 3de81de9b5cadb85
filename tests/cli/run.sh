#!/usr/bin/env bash
# run.sh [--bless] BEDPLAN FILE.test …   golden tests of the command line
#
# A test file is read line by line:
#
#   # words                    a comment
#   require-shared             skip the file (exit 77) where the folder of other people's
#                              data is missing; $SHARED names it
#   require PROGRAM            skip the file where PROGRAM is not installed
#   file NAME <<END            the lines up to END become the file NAME
#   $ command                  run by bash; "bedplan" is the program under test
#   > more of it               further lines of the command
#   any other line             expected on stdout, exactly
#   | any line                 the same, for a line that looks like one of these
#   ~ REGEX                    one line of stdout that matches (extended, the whole line)
#   ~...                       any number of lines, up to what matches the next one
#   ! line, !~ REGEX, !~...    the same for stderr; nothing else may be said there
#   ? N                        the exit status, when it is not 0
#   \                          stdout ends without a newline
#
# Blank lines before a "$", a "#" or the end separate; "|" alone is a blank line there.
# Commands run one after the other in one empty directory, with an empty environment
# but PATH, HOME, TZ=UTC, LC_ALL=C, BEDPLAN_NOW=2026-11-22, $REPO (the source tree) and
# $SHARED (BEDPLAN_SHARED, or ../shared beside the source tree). "loopback" is the
# loopback Bedrock. Nothing is left behind.
#
# --bless rewrites the expectations of commands that failed; read the difference before
# you commit it.
set -uo pipefail
export LC_ALL=C
repo=$(cd "$(dirname "$0")/../.." && pwd)
bless=
[ "${1:-}" != --bless ] || { bless=1; shift; }
[ $# -ge 2 ] || { sed -n '2s/# //p' "$0" >&2; exit 2; }
program=$(realpath "$1")
shift
shared=${BEDPLAN_SHARED:-$repo/../shared}
[ ! -d "$shared" ] || shared=$(cd "$shared" && pwd)

tmp=$(mktemp -d)
trap 'chmod -R u+w "$tmp" 2>/dev/null; rm -rf "$tmp"' EXIT
mkdir "$tmp/bin"
ln -s "$program" "$tmp/bin/bedplan"
# the loopback Bedrock of a build with tests
server=$(dirname "$program")/tests/loopback_bedrock
[ ! -x "$server" ] || ln -s "$server" "$tmp/bin/loopback"
failed=0 skipped=0

execute() { # command -> $tmp/out, $tmp/err; returns its status
    (
        cd "$tmp/place" || exit 99
        exec env -i PATH="$tmp/bin:/usr/bin:/bin" HOME="$tmp/home" TZ=UTC LC_ALL=C \
            BEDPLAN_NOW=2026-11-22 REPO="$repo" SHARED="$shared" \
            timeout 120 bash -c "$1" >"$tmp/out" 2>"$tmp/err" </dev/null
    )
}

# Does the array $2 (lines) answer the array $1 (each "=literal", "~regex" or "*")?
answers() {
    local -n want=$1 got=$2
    local i at=0 skip=
    for ((i = 0; i < ${#want[@]}; i++)); do
        local rule=${want[i]:0:1} text=${want[i]:1}
        [ "$rule" != '*' ] || { skip=1; continue; }
        while :; do
            [ $at -lt ${#got[@]} ] || return 1
            local line=${got[at++]}
            if [ "$rule" = '=' ]; then
                [ "$line" != "$text" ] || break
            else
                [[ ! $line =~ ^($text)$ ]] || break
            fi
            [ -n "$skip" ] || return 1
        done
        skip=
    done
    [ -n "$skip" ] || [ $at -eq ${#got[@]} ]
}

# The expectation of what the command printed, as a test file says it.
write_block() { # status
    local i blank=1
    local -a lines=()
    for ((i = ${#out[@]} - 1; i >= 0; i--)); do # backwards: which blank lines come last
        local line=${out[i]}
        case $line in
        '') [ -z "$blank" ] || line='|' ;;
        '$ '* | '> '* | '| '* | '|' | '~'* | '!'* | '? '* | '# '* | '#' | '\' | 'file '* | 'require'*)
            line="| $line" ;;
        esac
        [ -z "${out[i]}" ] || blank=
        lines[i]=$line
    done
    [ ${#out[@]} -eq 0 ] || printf '%s\n' "${lines[@]}"
    [ -z "$no_newline" ] || printf '%s\n' '\'
    for ((i = 0; i < ${#err[@]}; i++)); do printf '! %s\n' "${err[i]}"; done
    [ "$1" -eq 0 ] || echo "? $1"
}

# Runs the command collected so far and judges it.
judge() {
    [ -n "$command" ] || { flush_blanks; return; }
    local status=0 no_newline=
    local -a out=() err=()
    execute "$command" || status=$?
    mapfile -t out <"$tmp/out"
    mapfile -t err <"$tmp/err"
    [ ! -s "$tmp/out" ] || [ -z "$(tail -c 1 "$tmp/out")" ] || no_newline=1
    if answers want_out out && answers want_err err &&
        [ "$status" -eq "$want_status" ] && [ "$no_newline" = "$want_no_newline" ]; then
        cat "$tmp/expected" >>"$tmp/new"
    else
        write_block "$status" >"$tmp/actual"
        cat "$tmp/actual" >>"$tmp/new"
        bad=$((bad + 1))
        echo "$file:$command_line: \$ $command"
        diff -u --label expected --label actual "$tmp/expected" "$tmp/actual" | tail -n +3
    fi
    command=
    flush_blanks
}

flush_blanks() {
    for (( ; blanks > 0; blanks--)); do echo >>"$tmp/new"; done
    : >"$tmp/expected"
    want_out=() want_err=() want_status=0 want_no_newline=
}

# A line of the expectation, with the blank ones that came before it.
expect() { # line as written, rule, list
    for (( ; blanks > 0; blanks--)); do
        echo >>"$tmp/expected"
        want_out+=("=")
    done
    printf '%s\n' "$1" >>"$tmp/expected"
    [ -z "${2:-}" ] || { local -n list=$3; list+=("$2"); }
}

run_file() {
    local line number=0 command='' command_line=0 blanks=0 bad=0
    local -a want_out=() want_err=()
    local want_status=0 want_no_newline='' end=''
    file=$1
    rm -rf "$tmp/place" "$tmp/home"
    mkdir "$tmp/place" "$tmp/home"
    : >"$tmp/new"
    : >"$tmp/expected"
    while IFS= read -r line <&3 || [ -n "$line" ]; do
        number=$((number + 1))
        if [ -n "$end" ]; then
            printf '%s\n' "$line" >>"$tmp/new"
            if [ "$line" = "$end" ]; then end=; else printf '%s\n' "$line" >>"$tmp/place/$target"; fi
            continue
        fi
        case $line in
        '# '* | '#' | 'require'* | 'file '*' <<'* | '$ '*)
            judge
            printf '%s\n' "$line" >>"$tmp/new"
            ;;
        esac
        case $line in
        '# '* | '#') ;;
        require-shared) [ -d "$shared" ] || return 77 ;;
        'require '*) PATH=$tmp/bin:$PATH command -v "${line#require }" >/dev/null || return 77 ;;
        'file '*' <<'*)
            target=${line#file } end=${line##* <<}
            target=${target%% <<*}
            case $target in */*) mkdir -p "$tmp/place/${target%/*}" ;; esac
            : >"$tmp/place/$target"
            ;;
        '$ '*) command=${line:2} command_line=$number ;;
        '') blanks=$((blanks + 1)) ;;
        *)
            [ -n "$command" ] || { echo "$file:$number: output without a command"; return 1; }
            case $line in
            '> '*) command+=$'\n'${line:2}; printf '%s\n' "$line" >>"$tmp/new" ;;
            '| '*) expect "$line" "=${line:2}" want_out ;;
            '|') expect "$line" "=" want_out ;;
            '~...') expect "$line" '*' want_out ;;
            '~ '*) expect "$line" "~${line:2}" want_out ;;
            '!~...') expect "$line" '*' want_err ;;
            '!~ '*) expect "$line" "~${line:3}" want_err ;;
            '! '*) expect "$line" "=${line:2}" want_err ;;
            '!') expect "$line" "=" want_err ;;
            '? '*) expect "$line"; want_status=${line:2} ;;
            '\') expect "$line"; want_no_newline=1 ;;
            *) expect "$line" "=$line" want_out ;;
            esac
            ;;
        esac
    done 3<"$file"
    judge
    [ -z "$end" ] || { echo "$file: no '$end' ends the file section"; return 1; }
    [ "$bad" -eq 0 ] && return 0
    [ -n "$bless" ] || return 1
    cat "$tmp/new" >"$file"
    echo "$file: $bad expectations rewritten"
}

for file in "$@"; do
    run_file "$file"
    case $? in
    0) ;;
    77) skipped=1 ;;
    *) failed=1 ;;
    esac
done
[ $failed = 0 ] || exit 1
[ $skipped = 0 ] || exit 77
