#include <string.h>

#include "csv.h"
#include "explain_private.h"
#include "text.h"

enum { MOST_COLUMNS = 7 };

static enum err_code open_table(struct csv **csv, int *at, const char *name,
                                struct str bytes, const char *const *columns,
                                size_t count, struct arena *a, struct err *e)
{
    if (csv_open(csv, name, bytes.p, bytes.n, a, e)) return e->code;
    for (size_t i = 0; i < count; i++) {
        at[i] = csv_column(*csv, columns[i]);
        if (at[i] < 0)
            return err_set(e, ERR_INPUT, "%s: no column '%s'", name, columns[i]);
    }
    return OK;
}

static enum err_code read_topics(struct explain_book *b, struct str bytes,
                                 struct arena *a, struct err *e)
{
    static const char *const columns[] = { "topic", "title", "services" };
    int at[MOST_COLUMNS];
    struct csv *csv = NULL;
    struct csv_row row;
    bool more = false;
    if (open_table(&csv, at, "topics.csv", bytes, columns, 3, a, e)) return e->code;
    while (!csv_next(csv, &row, &more, e) && more) {
        if (!*row.field[at[0]] || !*row.field[at[1]])
            return err_set(e, ERR_INPUT, "topics.csv:%lld: a blank",
                           (long long)row.line);
        b->topic = arena_grow(a, b->topic, &b->topic_capacity, b->topics + 1,
                              sizeof *b->topic);
        b->topic[b->topics++] =
            (struct explain_topic){ row.field[at[0]], row.field[at[1]],
                                    row.field[at[2]] };
    }
    return e->code;
}

static bool has_topic(const struct explain_book *b, const char *name)
{
    for (size_t i = 0; i < b->topics; i++)
        if (strcmp(b->topic[i].name, name) == 0) return true;
    return false;
}

static enum err_code read_statements(struct explain_book *b, struct str bytes,
                                     struct arena *a, struct err *e)
{
    static const char *const columns[] = { "topic",  "prefix", "answer", "statement",
                                           "source", "as_of",  "trust" };
    int at[MOST_COLUMNS];
    struct csv *csv = NULL;
    struct csv_row row;
    bool more = false;
    if (open_table(&csv, at, "statements.csv", bytes, columns, MOST_COLUMNS, a, e))
        return e->code;
    while (!csv_next(csv, &row, &more, e) && more) {
        struct explain_statement s = { row.field[at[0]], row.field[at[1]],
                                       row.field[at[2]], row.field[at[3]],
                                       row.field[at[4]], row.field[at[5]],
                                       row.field[at[6]] };
        if (!has_topic(b, s.topic))
            return err_set(e, ERR_INPUT, "statements.csv:%lld: no topic '%s'",
                           (long long)row.line, s.topic);
        if (!*s.text || !*s.source || !*s.prefix || strlen(s.trust) != 1 ||
            !strchr("ABC", *s.trust))
            return err_set(e, ERR_INPUT,
                           "statements.csv:%lld: a statement wants prefix, text, "
                           "source and trust A, B or C",
                           (long long)row.line);
        b->statement = arena_grow(a, b->statement, &b->statement_capacity,
                                  b->statements + 1, sizeof *b->statement);
        b->statement[b->statements++] = s;
    }
    return e->code;
}

enum err_code explain_book_parse(struct explain_book *out, struct str topics,
                                 struct str statements, struct arena *a, struct err *e)
{
    struct explain_book b = { 0 };
    if (read_topics(&b, topics, a, e) || read_statements(&b, statements, a, e))
        return e->code;
    *out = b;
    return OK;
}

enum err_code explain_book(struct explain_book *out, struct arena *a, struct err *e)
{
    return explain_book_parse(out, explain_topics_bytes(), explain_statements_bytes(),
                              a, e);
}

enum err_code explain_find(const struct explain_topic **out,
                           const struct explain_book *b, const char *name,
                           struct arena *a, struct err *e)
{
    const char **names = ARENA_NEW(a, const char *, b->topics + 1);
    for (size_t i = 0; i < b->topics; i++) {
        names[i] = b->topic[i].name;
        if (strcmp(names[i], name) != 0) continue;
        *out = &b->topic[i];
        return OK;
    }
    return err_set(e, ERR_USAGE, "no topic '%.60s'%s; 'bedplan explain' lists them",
                   name, text_did_you_mean(a, name, names, b->topics));
}
