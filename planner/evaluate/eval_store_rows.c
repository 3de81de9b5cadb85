/* Answers, verdicts, vectors and scores: one table each, one way in and out. */
#include <string.h>

#include "eval_store_private.h"

/* clang-format off */
#define ANSWER(f, t) { #f, t, offsetof(struct eval_kept_answer, f) }
static const struct column answer_column[] = {
    ANSWER(model, COLUMN_TEXT), ANSWER(item, COLUMN_INT),
    ANSWER(prompt_hash, COLUMN_TEXT), ANSWER(text, COLUMN_TEXT), ANSWER(failed, COLUMN_TEXT),
    ANSWER(words, COLUMN_TEXT), ANSWER(stop_reason, COLUMN_TEXT),
    ANSWER(known_tokens, COLUMN_BOOL), ANSWER(priced, COLUMN_BOOL),
    ANSWER(input_tokens, COLUMN_INT), ANSWER(output_tokens, COLUMN_INT),
    ANSWER(cache_read_tokens, COLUMN_INT), ANSWER(cache_write_tokens, COLUMN_INT),
    ANSWER(ttft_ns, COLUMN_INT), ANSWER(latency_ns, COLUMN_INT),
    ANSWER(service_ms, COLUMN_INT), ANSWER(attempts, COLUMN_INT),
    ANSWER(throttled, COLUMN_INT), ANSWER(waited_ns, COLUMN_INT),
};
#define VERDICT(f, t) { #f, t, offsetof(struct eval_kept_verdict, f) }
static const struct column verdict_column[] = {
    VERDICT(model, COLUMN_TEXT), VERDICT(item, COLUMN_INT),
    VERDICT(answer_hash, COLUMN_TEXT), VERDICT(metric, COLUMN_TEXT),
    VERDICT(judge, COLUMN_TEXT), VERDICT(version, COLUMN_TEXT),
    VERDICT(repeat, COLUMN_INT), VERDICT(readable, COLUMN_BOOL),
    VERDICT(score, COLUMN_REAL), VERDICT(grade, COLUMN_REAL),
    VERDICT(reason, COLUMN_TEXT), VERDICT(said, COLUMN_TEXT),
    VERDICT(failed, COLUMN_TEXT), VERDICT(priced, COLUMN_BOOL),
    VERDICT(input_tokens, COLUMN_INT), VERDICT(output_tokens, COLUMN_INT),
    VERDICT(attempts, COLUMN_INT), VERDICT(throttled, COLUMN_INT),
};
#define VECTOR(f, t) { #f, t, offsetof(struct eval_kept_vector, f) }
static const struct column vector_column[] = {
    VECTOR(model, COLUMN_TEXT), VECTOR(text_hash, COLUMN_TEXT), VECTOR(priced, COLUMN_BOOL),
    VECTOR(input_tokens, COLUMN_INT), VECTOR(attempts, COLUMN_INT),
    VECTOR(throttled, COLUMN_INT),
};
#define SCORE(f, t) { #f, t, offsetof(struct eval_kept_score, f) }
static const struct column score_column[] = {
    SCORE(model, COLUMN_TEXT), SCORE(metric, COLUMN_TEXT), SCORE(n, COLUMN_INT),
    SCORE(has_interval, COLUMN_BOOL), SCORE(lower_is_better, COLUMN_BOOL),
    SCORE(mean, COLUMN_REAL), SCORE(lo, COLUMN_REAL), SCORE(hi, COLUMN_REAL),
};
/* clang-format on */

/* A table of rows that belong to a run. */
struct rows {
    const char *table, *order;
    int number; /* of eval_store.put */
    const struct column *column;
    size_t columns, bytes;
    bool has_cost, has_value;
    size_t cost; /* offset of a struct usd_acc */
};
#define ROWS(t, number_, type, order_, value_)                                         \
    {                                                                                  \
        .table = #t, .number = number_, .order = order_, .column = t##_column,         \
        .columns = sizeof t##_column / sizeof *t##_column, .bytes = sizeof(type),      \
        .has_cost = true, .cost = offsetof(type, cost), .has_value = value_            \
    }
static const struct rows answers = ROWS(answer, EVAL_ANSWERS, struct eval_kept_answer,
                                        "model, item, prompt_hash", false);
static const struct rows verdicts =
    ROWS(verdict, EVAL_VERDICTS, struct eval_kept_verdict,
         "model, item, metric, repeat", false);
static const struct rows vectors =
    ROWS(vector, EVAL_VECTORS, struct eval_kept_vector, "model, text_hash", true);
static const struct rows scores = { .table = "score",
                                    .number = EVAL_SCORES,
                                    .order = "model, metric",
                                    .column = score_column,
                                    .columns =
                                        sizeof score_column / sizeof *score_column,
                                    .bytes = sizeof(struct eval_kept_score) };

static const char *first_names(const struct rows *r)
{
    return !r->has_cost   ? "run_id"
           : r->has_value ? "run_id, cost_nusd, cost_rest, value"
                          : "run_id, cost_nusd, cost_rest";
}

/* --- in --- */

/* The statement of a table, made once. */
static enum err_code prepare_put(sqlite3_stmt **out, const struct rows *r,
                                 struct eval_store *s, struct err *e)
{
    struct arena a = { 0 };
    if (!s->put[r->number]) {
        const char *sql =
            rows_insert_sql(r->table, first_names(r), r->column, r->columns, &a);
        sql = arena_printf(&a, "INSERT OR REPLACE%s", sql + strlen("INSERT"));
        (void)!eval_store_prepare(&s->put[r->number], s, sql, e);
        arena_clear(&a);
    }
    *out = s->put[r->number];
    return e->code;
}

void eval_store_batch(struct eval_store *s)
{
    s->batching = true;
}

enum err_code eval_store_flush(struct eval_store *s, struct err *e)
{
    if (!s->in_batch) return OK;
    if (eval_store_exec(s, "COMMIT", e)) return e->code;
    s->in_batch = false;
    return OK;
}

static enum err_code put(const struct rows *r, struct eval_store *s, int64_t id,
                         const void *row, struct err *e)
{
    sqlite3_stmt *st = NULL;
    int at = 1;
    if (s->batching && !s->in_batch) {
        if (eval_store_exec(s, "BEGIN IMMEDIATE", e)) return e->code;
        s->in_batch = true;
    }
    if (prepare_put(&st, r, s, e)) return e->code;
    sqlite3_bind_int64(st, at++, id);
    if (r->has_cost) {
        struct usd_acc cost;
        memcpy(&cost, (const char *)row + r->cost, sizeof cost);
        sqlite3_bind_int64(st, at++, (int64_t)(cost.ausd / 1000000000));
        sqlite3_bind_int64(st, at++, (int64_t)(cost.ausd % 1000000000));
    }
    if (r->has_value) {
        const struct eval_kept_vector *v = row;
        sqlite3_bind_blob(st, at++, v->value, (int)(v->count * sizeof *v->value),
                          SQLITE_STATIC);
    }
    rows_bind(st, at, r->column, r->columns, row);
    if (sqlite3_step(st) != SQLITE_DONE) (void)eval_store_fail(s, e);
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return e->code;
}

enum err_code eval_store_put_answer(struct eval_store *s, int64_t id,
                                    const struct eval_kept_answer *row, struct err *e)
{
    return put(&answers, s, id, row, e);
}

enum err_code eval_store_put_verdict(struct eval_store *s, int64_t id,
                                     const struct eval_kept_verdict *row, struct err *e)
{
    return put(&verdicts, s, id, row, e);
}

enum err_code eval_store_put_vector(struct eval_store *s, int64_t id,
                                    const struct eval_kept_vector *row, struct err *e)
{
    return put(&vectors, s, id, row, e);
}

/* In one transaction, or not at all. */
static enum err_code ended(struct eval_store *s, struct err *e)
{
    if (!e->code && !eval_store_exec(s, "COMMIT", e)) return OK;
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL); /* the cause is in `e` */
    return e->code;
}

enum err_code eval_store_put_scores(struct eval_store *s, int64_t id,
                                    const struct eval_kept_score *row, size_t count,
                                    struct err *e)
{
    if (eval_store_flush(s, e)) return e->code;
    s->batching = false;
    if (eval_store_exec(s, "BEGIN IMMEDIATE", e)) return e->code;
    for (size_t i = 0; i < count && !e->code; i++)
        (void)put(&scores, s, id, &row[i], e);
    return ended(s, e);
}

/* --- out --- */

/* All rows of a run; `*out` points to structs of r->bytes. */
static enum err_code get(void **out, size_t *count, const struct rows *r,
                         struct eval_store *s, int64_t id, struct arena *a,
                         struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t capacity = 0;
    char *row = NULL;
    int rc;
    *count = 0;
    *out = NULL;
    if (!s->db) return OK;
    const char *sql = arena_printf(
        a, "SELECT %s, %s FROM %s WHERE run_id = ? ORDER BY %s", first_names(r),
        rows_names(r->column, r->columns, a), r->table, r->order);
    if (eval_store_prepare(&st, s, sql, e)) return e->code;
    sqlite3_bind_int64(st, 1, id);
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        row = arena_grow(a, row, &capacity, *count + 1, r->bytes);
        char *at = row + (*count)++ * r->bytes;
        int from = 1;
        memset(at, 0, r->bytes);
        if (r->has_cost) {
            struct usd_acc cost = { (i128)sqlite3_column_int64(st, 1) * 1000000000 +
                                    sqlite3_column_int64(st, 2) };
            memcpy(at + r->cost, &cost, sizeof cost);
            from = 3;
        }
        if (r->has_value) {
            struct eval_kept_vector *v = (void *)at;
            v->count = (size_t)sqlite3_column_bytes(st, 3) / sizeof(float);
            float *value = ARENA_NEW(a, float, v->count + 1);
            if (v->count)
                memcpy(value, sqlite3_column_blob(st, 3), v->count * sizeof(float));
            v->value = value;
            from = 4;
        }
        rows_take(at, st, from, r->column, r->columns, a);
    }
    if (rc != SQLITE_DONE) (void)eval_store_fail(s, e);
    sqlite3_finalize(st);
    *out = row;
    return e->code;
}

#define GET(name, type, rows)                                                          \
    enum err_code name(type **out, size_t *count, struct eval_store *s, int64_t id,    \
                       struct arena *a, struct err *e)                                 \
    {                                                                                  \
        void *row = NULL;                                                              \
        enum err_code code = get(&row, count, rows, s, id, a, e);                      \
        *out = row;                                                                    \
        return code;                                                                   \
    }
GET(eval_store_answers, struct eval_kept_answer, &answers)
GET(eval_store_verdicts, struct eval_kept_verdict, &verdicts)
GET(eval_store_vectors, struct eval_kept_vector, &vectors)
GET(eval_store_scores, struct eval_kept_score, &scores)
