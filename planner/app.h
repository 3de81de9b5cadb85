#ifndef PLANNER_APP_H
#define PLANNER_APP_H

/* What every command gets: where answers go, what "now" is, the catalog. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"
#include "catalog.h"
#include "err.h"
#include "opt.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_TSV, FORMAT_MD };

/* A set of formats, for struct command. */
#define FORMATS(f) (1U << (f))
#define FORMATS_TABLE                                                                  \
    (FORMATS(FORMAT_TEXT) | FORMATS(FORMAT_JSON) | FORMATS(FORMAT_CSV) |               \
     FORMATS(FORMAT_TSV) | FORMATS(FORMAT_MD))

/* Options of every command ("Everywhere" in the manual). */
struct app_options {
    bool json, quiet, verbose, help, version;
    int format;         /* enum format as asked for; what holds is app.format */
    const char *output; /* -o; NULL stdout */
    int64_t seed;
    int64_t now_unix_s;
    const char *catalog;
    const char *max_age; /* "30d"; NULL any */
};
extern const struct opt app_opts[];
extern const size_t app_opt_count;

struct app {
    struct app_options opt;
    struct arena *arena;
    FILE *out;          /* the result: stdout or the file of -o, committed at the end */
    enum format format; /* --json and --format agreed */
    int columns; /* width for tables: the terminal's, $COLUMNS, or 100 in a pipe */
    bool colour;
    struct catalog *catalog; /* opened by app_catalog() */
    bool catalog_dated;      /* as it was known on catalog_at_unix_s */
    int64_t catalog_at_unix_s;
    struct {
        const char *what, *source, *as_of;
    } oldest; /* figure of the answer; what NULL: none was noted */
    const struct opt_table *tables; /* where the options came from: app, then command */
    const bool *const *environment; /* [table][row] set by a BEDPLAN_ variable */
    size_t table_count;
};

/* Whether the user said `key` ("seed"), and how: an option or the environment stands
 * above plan.ini, a preset below it. */
enum opt_origin app_origin(const struct app *app, const char *key);

/* Prints `t` in the format asked for, fitting the terminal. */
struct table;
void app_print_table(const struct app *app, const struct table *t);

/* Where `catalog import` keeps what it took: $XDG_DATA_HOME/bedplan/catalog.db. */
const char *app_overlay(struct app *app);

/* Opened at the first call: the file of --catalog, else the built-in catalog overlaid
 * by app_overlay(). */
NODISCARD enum err_code app_catalog(struct app *app, struct catalog **out,
                                    struct err *e);

/* A figure of the answer: `what` ("input") by a source of a day ("" undated). Texts
 * live as long as the command. */
void app_used(struct app *app, const char *what, const char *source, const char *as_of);
struct bill;
void app_used_bill(struct app *app, const struct bill *b);

/* Once the answer is there. Errors: ERR_GATE when its oldest figure, or where none was
 * noted the catalog, is older than --max-age. */
NODISCARD enum err_code app_check_age(struct app *app, struct err *e);

/* The catalog that a difference is taken from: at a day, or DATE_UNKNOWN for the
 * latest. The caller closes it. */
NODISCARD enum err_code app_catalog_at(struct catalog **out, struct app *app,
                                       int64_t at_unix_s, struct err *e);

/* To stderr: "bedplan: note: …" (silent under -q), "bedplan: warning: …". */
void app_note(struct app *app, const char *fmt, ...) PRINTF(2, 3);
void app_warn(struct app *app, const char *fmt, ...) PRINTF(2, 3);

/* "catalog of 2026-10-01, 52 days old; seed 1": the last line of every table. */
const char *app_footer(struct app *app, struct err *e);

/* One command, or a sub-command ("catalog list"). */
struct command {
    const char *name;    /* "price", "catalog list" */
    const char *usage;   /* "MODEL [options]" */
    const char *summary; /* one line, lower case, no full stop */
    const char *details; /* paragraphs for --help and the man page; NULL none */
    const char *example; /* lines "bedplan …"; NULL none */
    const struct opt *opts;
    size_t opt_count;
    size_t
        settings_bytes; /* of the struct behind `opts`, presets applied by the caller */
    unsigned formats;   /* FORMATS_TABLE when a table is the result; 0: text and json */
    bool own_output;    /* -o FILE is written by the command (a chart, a page) */
    bool sealed;        /* its JSON ends with a check sum of itself ('verify') */
    bool minor;         /* named in one line at the end of --help */
    enum err_code (*run)(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e);
};
/* All commands, in the order of --help. Each command's row is defined in its own file
 * (`const struct command cmd_price`) and listed in planner/command_list.h. */
extern const struct command *const commands[];
extern const size_t command_count;

#endif
