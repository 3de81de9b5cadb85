#ifndef BASE_OPT_H
#define BASE_OPT_H

/* Settings, declared once. A row gives the ini key, the --flag, the bounds, the
 * preset and the help; readers, --help, man pages, completions and
 * plan.ini.example are made from it. This file knows no particular setting. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"
#include "err.h"

enum opt_type {
    OPT_TEXT,   /* const char * */
    OPT_INT,    /* int64_t: "250k" */
    OPT_REAL,   /* double */
    OPT_RATIO,  /* double: "35%" */
    OPT_SPREAD, /* struct opt_spread: "6% +- 4%" (ratios) or "1155 +- 20" */
    OPT_PPM,    /* int32_t: "12.5%" exactly */
    OPT_DATE,   /* int64_t, unix seconds UTC: "2026-12-01" */
    OPT_FLAG,   /* bool; takes no argument on the command line */
    OPT_CHOICE, /* int: index into `choices`, "a|b|c" */
    OPT_LIST,   /* struct opt_list: may be given many times */
};

struct opt_spread {
    double middle, spread;
};

struct opt_list {
    const char **text;
    size_t count, capacity;
};

struct opt {
    const char *key;     /* ini key; the flag is --key with '-' for '_' */
    const char *unit;    /* shown to people: "tokens/min", "FILE"; "" if none */
    const char *preset;  /* as a user would write it; NULL: no preset, field stays 0 */
    const char *help;    /* one line, lower case, no full stop */
    const char *choices; /* OPT_CHOICE: "standard|priority|…" */
    double lo, hi;       /* inclusive bounds of numbers */
    size_t offset;       /* of the field in the settings struct */
    enum opt_type type;
    char letter; /* short flag or 0 */
};

/* offsetof() that does not compile unless field `f` of struct S has type T. */
/* clang-format off */
#define OPT_FIELD(S, T, f) \
    (offsetof(S, f) + 0 * sizeof(char[_Generic(((S *)0)->f, T: 1, default: -1)]))
/* clang-format on */

/* Where a value came from, for `config --show-origin`. */
enum opt_origin { OPT_PRESET, OPT_INI, OPT_ENVIRONMENT, OPT_COMMAND_LINE };

/* Set one field of `settings` from text. Errors: ERR_INPUT, ERR_RANGE, naming the key.
 */
NODISCARD enum err_code opt_set(const struct opt *o, void *settings, const char *text,
                                struct arena *a, struct err *e);

/* All presets. A bad one is our mistake: assert. */
void opt_presets(const struct opt *opts, size_t count, void *settings, struct arena *a);

/* Row with this key, or NULL. */
const struct opt *opt_find(const struct opt *opts, size_t count, const char *key);

/* Command line (argv[0] is the command's name and skipped): flags into `settings` (and
 * `given[i]` true when not NULL), the rest into `positional`. "--" ends flags; "--x=1"
 * and "--x 1"; unambiguous beginnings of flags are accepted. `tables` are searched in
 * order. The first `--list` of a command line empties what the preset or the file put
 * there. Errors: ERR_USAGE "unknown option --inptu, did you mean '--input'?". */
struct opt_table {
    const struct opt *opts;
    size_t count;
    void *settings;
    bool *given;
};
NODISCARD enum err_code opt_parse(struct opt_table *tables, size_t table_count,
                                  int argc, char **argv, struct opt_list *positional,
                                  struct arena *a, struct err *e);

/* "-r, --region R   AWS region … [default us-east-1]", within `columns`. */
void opt_help(const struct opt *opts, size_t count, int columns, FILE *f);
/* The same as scdoc paragraphs. */
void opt_scdoc(const struct opt *opts, size_t count, FILE *f);

/* Audit of a table, for a unit test: keys well formed and unique, presets
 * accepted, help without full stop. */
NODISCARD enum err_code opt_check(const struct opt *opts, size_t count, void *scratch,
                                  struct arena *a, struct err *e);

#endif
