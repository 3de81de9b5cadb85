#include "topics.h"

#include <string.h>

const struct topic topics[] = {
    { "exit-codes", "Exit status",
      "The program ends with\n"
      "    0  done, every gate passed\n"
      "    1  a gate failed: budget, service level, regression (the answer is no)\n"
      "    2  usage or input error: bad flag, bad file, unknown model\n"
      "    3  incomplete: something could not be priced, or too few samples\n"
      "    4  credentials missing or refused\n"
      "    5  network or service failure\n"
      "    6  the spend cap stopped the run; the partial result is saved\n"
      "    7  infeasible: nothing meets the constraints\n"
      "    8  local failure: file, disk, pipe to gnuplot, database\n"
      "   70  internal error or out of memory\n"
      "  130  interrupted; the partial result is saved\n"
      "\n"
      "A reader that closes the pipe ends the program quietly with 0. The file of -o "
      "is replaced when there is an answer, with 0, 1, 3, 6, 7 or 130; never with 2, "
      "8 or 70." },
    { "formats", "Formats",
      "The result goes to stdout, everything else to stderr. What a command prints is "
      "chosen by --json, by --format, by the ending of the file of -o (.json, .csv, "
      ".tsv, .md), by BEDPLAN_FORMAT, in this order.\n"
      "\n"
      "Text fits the terminal (100 columns in a pipe, or COLUMNS): names are "
      "shortened, then columns are left out, and a line says which. csv, tsv and json "
      "are contracts: every column, units in the names, exact digits, no thousands "
      "marks; fields may be added, none changes its meaning. Every JSON document says "
      "its schema: \"bedplan.price/1\". Colour appears on a terminal only, and never "
      "with NO_COLOR or TERM=dumb." },
    { "environment", "Environment",
      "Each option --some-name can be given as BEDPLAN_SOME_NAME; lists and --help "
      "cannot. An option stands above the environment, the environment above plan.ini, "
      "and plan.ini above the preset.\n"
      "    BEDPLAN_CATALOG  catalog file in place of the built-in one\n"
      "    BEDPLAN_NOW      what today is, in UTC\n"
      "    BEDPLAN_GNUPLOT  the gnuplot to draw with\n"
      "    NO_COLOR         no colour\n"
      "    COLUMNS          width of tables where stdout is no terminal" },
};
const size_t topic_count = sizeof topics / sizeof *topics;

const struct topic *topic_find(const char *name)
{
    for (size_t i = 0; i < topic_count; i++)
        if (strcmp(topics[i].name, name) == 0) return &topics[i];
    return NULL;
}
