#include "usage_find.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "str.h"
#include "usage_show.h"
#include "usage_store.h"

bool usage_is_name(const char *text)
{
    return *text && !strchr(text, '/') && !text_ends(text, ".json");
}

static void write_row(struct json *j, const int64_t *value, size_t count)
{
    json_array(j, NULL);
    for (size_t i = 0; i < count; i++)
        json_int(j, NULL, value[i]);
    json_end(j);
}

static void write_counts(struct json *j, const struct usage_stats *s)
{
    json_array(j, "per_minute");
    for (size_t i = 0; i < s->minutes; i++)
        json_int(j, NULL, s->per_minute[i]);
    json_end(j);
    json_array(j, "seconds_by_arrivals");
    for (size_t i = 0; i < s->seconds; i++)
        write_row(j, s->second[i], 2);
    json_end(j);
    json_text(j, "cells_columns",
              "input_bucket, output_bucket, requests, input_tokens, output_tokens; "
              "buckets of 1/8 octave, exact below 16");
    json_array(j, "cells");
    for (size_t i = 0; i < s->cells; i++) {
        const struct summary_cell *c = &s->cell[i];
        int64_t row[] = { c->input_bucket, c->output_bucket, c->requests,
                          c->input_tokens, c->output_tokens };
        write_row(j, row, sizeof row / sizeof *row);
    }
    json_end(j);
}

enum err_code usage_write_stats(FILE *f, const struct usage_stats *s,
                                const struct usage_attribution *by, struct err *e)
{
    if (s->cells == 0)
        return err_set(e, ERR_INPUT, "usage of kind '%s' says nothing of lengths",
                       usage_kind_word(s->kind));
    struct json *j = json_open(f);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.usage/1");
    json_object(j, "attribution");
    json_text(j, "source", by->source);
    json_text(j, "license", by->license);
    json_text(j, "command", by->command);
    json_end(j);
    usage_json_figures(j, s);
    write_counts(j, s);
    json_end(j);
    return json_close(j, e);
}

enum err_code usage_find_stats(struct usage_stats *out, const char *name,
                               const char *data, struct arena *a, struct err *e)
{
    struct usage_store *store = NULL;
    struct usage_entry entry = { 0 };
    if (usage_store_open(&store, data, false, a, e)) return e->code;
    enum err_code code = usage_store_find(&entry, store, name, a, e);
    if (!code) code = usage_store_load(out, store, &entry, a, e);
    usage_store_close(store);
    return code;
}

/* Through the file's own words, so that a NAME and its exported file cannot differ. */
enum err_code usage_find(struct usage_summary *out, const char *name, const char *data,
                         struct arena *a, struct err *e)
{
    struct usage_stats stats = { 0 };
    struct usage_attribution by = { arena_printf(a, "usage %s", name), NULL, NULL };
    char *text = NULL;
    size_t n = 0;
    if (usage_find_stats(&stats, name, data, a, e)) return e->code;
    FILE *f = open_memstream(&text, &n);
    if (!f) return err_set(e, ERR_INTERNAL, "out of memory");
    enum err_code code = usage_write_stats(f, &stats, &by, e);
    if (fclose(f) && !code) code = err_set(e, ERR_INTERNAL, "out of memory");
    if (!code)
        code =
            usage_summary_parse(out, arena_printf(a, "usage %s", name), text, n, a, e);
    free(text);
    return code;
}
