#!/bin/sh
# Reads every #include "…" and compares it with the table of layers: edges point down only.
set -u
files=$(find base pricing models sim planner -name '*.[ch]')
# shellcheck disable=SC2086 # one word a file, and none has a blank
awk '
function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
function may_see(dir) { # folder -> layers it may include from
    if (dir == "base") return " base "
    if (dir == "pricing") return " pricing base "
    if (dir ~ /^models\/catalog(\/|$)/) return " models/catalog pricing base "
    if (dir == "models/bedrock") return " models/bedrock base "
    if (dir == "sim") return " sim base "
    if (dir ~ /^planner(\/|$)/) return " planner models/catalog models/bedrock sim pricing base "
    return " "
}
function complain(text) { print text; bad = 1 }
BEGIN {
    for (i = 1; i < ARGC; i++) {
        name = ARGV[i]
        sub(/.*\//, "", name)
        if (name in at) complain("file names used twice: " name)
        at[name] = ARGV[i]
    }
}
/^#include "/ {
    split($0, part, "\"")
    header = part[2]
    sub(/.*\//, "", header)
    if (!(header in at)) { complain(FILENAME ": includes \"" header "\", which is nowhere"); next }
    to = folder(at[header])
    sub(/^planner\/.*/, "planner", to)
    sub(/^models\/catalog\/.*/, "models/catalog", to)
    if (index(may_see(folder(FILENAME)), " " to " ") == 0)
        complain(FILENAME ": " folder(FILENAME) " may not include " at[header])
}
/^#include <(sqlite3|curl\/|cjson\/|gsl\/)/ && FILENAME ~ /\.h$/ && FILENAME !~ /_private\.h$/ {
    complain(FILENAME ": a foreign library in a header")
}
END { exit bad }' $files
