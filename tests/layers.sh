#!/bin/sh
# Reads every #include "…" and compares it with the table of layers: edges point down only.
set -u
layer() { # folder -> layers it may include from
    case $1 in
    base) echo base ;;
    pricing) echo pricing base ;;
    models/catalog | models/catalog/*) echo models/catalog pricing base ;;
    models/bedrock) echo models/bedrock base ;;
    sim) echo sim base ;;
    planner | planner/*) echo planner models/catalog models/bedrock sim pricing base ;;
    esac
}
bad=0
files=$(find base pricing models sim planner -name '*.[ch]')
for f in $files; do
    dir=$(dirname "$f")
    for h in $(sed -n 's/^#include "\(.*\)"/\1/p' "$f"); do
        at=$(find base pricing models sim planner -name "$(basename "$h")" | head -n 1)
        [ -n "$at" ] || { echo "$f: includes \"$h\", which is nowhere"; bad=1; continue; }
        to=$(dirname "$at")
        case $to in planner/*) to=planner ;; models/catalog/*) to=models/catalog ;; esac
        case " $(layer "$dir") " in
        *" $to "*) ;;
        *) echo "$f: $dir may not include $at"; bad=1 ;;
        esac
    done
    case $f in
    *.h)
        other=$(grep -lE '#include <(sqlite3|curl/|cjson/|gsl/)' "$f")
        [ -z "$other" ] || [ "${f%_private.h}" != "$f" ] || { echo "$f: a foreign library in a header"; bad=1; }
        ;;
    esac
done
twice=$(for f in $files; do basename "$f"; done | sort | uniq -d)
[ -z "$twice" ] || { echo "file names used twice: $twice"; bad=1; }
exit $bad
