#!/usr/bin/env bash
# Does run.sh refuse what is wrong, and does --bless write what it then accepts?
# usage: check_runner.sh BEDPLAN
set -uo pipefail
run=$(cd "$(dirname "$0")" && pwd)/run.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0

wants() { # status, what, test file on stdin
    cat >"$tmp/x.test"
    "$run" "$program" "$tmp/x.test" >"$tmp/log" 2>&1
    local got=$?
    [ $got -eq "$1" ] || { echo "$2: status $got, wanted $1"; cat "$tmp/log"; bad=1; }
}
program=$1

wants 0 'accepts exact output' <<'END'
$ printf 'a\n\nb\n'; echo c >&2; exit 3
a

b
! c
? 3
END
wants 1 'refuses a missing line' <<'END'
$ printf 'a\n'
a
b
END
wants 1 'refuses a line too many' <<'END'
$ printf 'a\nb\n'
a
END
wants 1 'refuses white space at the end' <<'END'
$ echo 'a '
a
END
wants 1 'refuses a blank line too many' <<'END'
$ printf 'a\n\n'
a
END
wants 0 'takes a bar for a blank line' <<'END'
$ printf 'a\n\n'
a
|

END
wants 1 'refuses another status' <<'END'
$ exit 3
END
wants 1 'refuses the status that was not given' <<'END'
$ true
? 3
END
wants 1 'refuses unexpected words on stderr' <<'END'
$ echo a >&2
END
wants 1 'refuses stderr as stdout' <<'END'
$ echo a >&2
a
END
wants 0 'matches a whole line' <<'END'
$ echo 'took 1.5 s'
~ took [0-9.]+ s
END
wants 1 'does not match a part of a line' <<'END'
$ echo 'it took 1.5 s'
~ took [0-9.]+ s
END
wants 0 'skips to the line that matches' <<'END'
$ seq 9
1
~...
7
~...
END
wants 1 'does not skip what never comes' <<'END'
$ seq 9
~...
10
~...
END
wants 1 'refuses a missing newline' <<'END'
$ printf a
a
END
wants 0 'says that the newline is missing' <<'END'
$ printf a
a
\
END
wants 1 'refuses output without a command' <<'END'
a
END
wants 77 'skips without a program' <<'END'
require no-such-program
$ false
END
wants 0 'makes files, and keeps them between commands' <<'END'
file d/x <<STOP
$ not a command

STOP
$ cat d/x; touch y
| $ not a command
|
$ ls
d
y
END
wants 0 'continues a command' <<'END'
$ for i in 1 2
> do echo $i; done
1
2
END
wants 0 'cleans the environment' <<'END'
$ env | cut -d= -f1 | sort | grep -v '^_$' | tr '\n' ' '
BEDPLAN_NOW HOME LC_ALL PATH PWD REPO SHARED SHLVL TZ 
\
END

cat >"$tmp/x.test" <<'END'
# kept

$ printf '$ x\n\n# y\n~ z\n\n'; echo w >&2; exit 9
wrong

$ echo right
~ r.*

$ printf ''; printf x
END
"$run" --bless "$program" "$tmp/x.test" >/dev/null
cat >"$tmp/want" <<'END'
# kept

$ printf '$ x\n\n# y\n~ z\n\n'; echo w >&2; exit 9
| $ x

| # y
| ~ z
|
! w
? 9

$ echo right
~ r.*

$ printf ''; printf x
x
\
END
diff "$tmp/want" "$tmp/x.test" || { echo "blessing writes something else"; bad=1; }
"$run" "$program" "$tmp/x.test" || { echo "a blessed file fails"; bad=1; }
exit $bad
