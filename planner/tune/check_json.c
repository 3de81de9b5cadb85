#include "check_answer.h"

#include "date.h"
#include "json.h"
#include "proof.h"

static void put_issues(struct json *j, const struct train_log *log, const char *key,
                       bool refused)
{
    json_array(j, key);
    for (size_t i = 0; i < log->count; i++) {
        const struct train_issue *issue = &log->issue[i];
        if (train_rule_refused(issue->rule) != refused) continue;
        json_object(j, NULL);
        if (issue->file) json_text(j, "file", "validation");
        if (issue->line)
            json_int(j, "line", issue->line);
        else
            json_null(j, "line");
        if (issue->column) json_int(j, "column", (int64_t)issue->column);
        json_text(j, "rule", train_rule_name(issue->rule));
        json_text(j, "what", issue->what);
        json_end(j);
    }
    json_end(j);
}

static void put_counts(struct json *j, const struct train_log *log)
{
    json_object(j, "rules");
    for (int r = 0; r < RULE_COUNT; r++)
        if (log->seen[r])
            json_int(j, train_rule_name((enum train_rule)r), log->seen[r]);
    json_end(j);
}

static void put_labels(struct json *j, const struct labels *l)
{
    json_array(j, "labels");
    for (size_t i = 0; labels_classify(l) && i < l->count; i++) {
        json_object(j, NULL);
        json_text(j, "label", l->label[i].text);
        json_int(j, "records", l->label[i].records);
        json_end(j);
    }
    json_end(j);
}

static enum err_code put_bill(struct json *j, const char *key, const struct bill *b,
                              struct err *e)
{
    struct usd usd;
    if (b->count == 0) {
        json_null(j, key);
        return OK;
    }
    if (usd_round(&usd, b->total, e)) return e->code;
    json_usd(j, key, usd);
    return OK;
}

enum err_code check_proofs(struct proof_list *out, const struct check_answer *c,
                           struct arena *a, struct err *e)
{
    *out = (struct proof_list){ .arena = a };
    if (!c->cost) return OK;
    if (proof_add_bill(out, "training", &c->cost->training, c->region, true, e) ||
        proof_add_bill(out, "storage", &c->cost->storage, c->region, true, e))
        return e->code;
    for (size_t i = 0; i < c->cost->hostings; i++) {
        const struct hosting_cost *h = &c->cost->hosting[i];
        if (!h->pick.row) continue;
        struct proof_line line = { .name = h->option,
                                   .proof =
                                       proof_of_unit(h->pick.row, h->pick.other,
                                                     h->pick.marks, c->region, true, a),
                                   .counted = true,
                                   .quantity = MONTH_HOURS };
        if (proof_add(out, line, e)) return e->code;
    }
    return OK;
}

static enum err_code put_cost(struct json *j, const struct tune_cost *c, struct err *e)
{
    json_int(j, "epochs", c->epochs);
    if (put_bill(j, "training_usd", &c->training, e)) return e->code;
    if (put_bill(j, "storage_usd_per_month", &c->storage, e)) return e->code;
    json_array(j, "hosting");
    for (size_t i = 0; i < c->hostings; i++) {
        const struct hosting_cost *h = &c->hosting[i];
        json_object(j, NULL);
        json_text(j, "option", h->option);
        if (h->by_token)
            json_null(j, "usd_per_month");
        else
            json_usd(j, "usd_per_month", h->per_month);
        json_usd(j, "idle_usd_per_month", h->idle_per_month);
        json_text(j, "source", h->source);
        json_text(j, "as_of", h->as_of);
        json_end(j);
    }
    json_end(j);
    return OK;
}

static void put_count(struct json *j, const struct check_answer *c)
{
    const struct train_count *n = c->count;
    if (!n) {
        json_null(j, "counted");
        return;
    }
    json_object(j, "counted");
    json_text(j, "model", n->model);
    json_int(j, "records", n->counted);
    json_int(j, "failed", n->failed);
    json_int(j, "of_records", n->records);
    json_real(j, "tokens_per_character", n->tokens_per_char);
    json_real(j, "half_width_95", n->half_width);
    json_int(j, "tokens", check_tokens(c));
    json_real(j, "estimate_error",
              1 / (n->tokens_per_char * TRAIN_CHARS_PER_TOKEN) - 1);
    json_end(j);
}

enum err_code check_print_json(struct app *app, const struct check_answer *c,
                               struct err *e)
{
    const struct train_file *f = &c->train.file[0];
    struct proof_list why;
    if (check_proofs(&why, c, app->arena, e)) return e->code;
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.tune-check/1");
    json_text(j, "model", c->model);
    json_text(j, "method", train_method_name(c->method));
    json_text(j, "format", train_format_name(c->train.format));
    json_bool(j, "refused", c->refused);
    json_int(j, "records", f->records);
    json_int(j, "validation_records", c->train.file[1].records);
    json_int(j, "tokens", train_tokens(f->chars));
    json_text(j, "tokens_method", "characters / 6, AWS's planning figure");
    put_count(j, c);
    json_int(j, "error_count", train_log_total(&c->train.log, true));
    json_int(j, "warning_count", train_log_total(&c->train.log, false));
    put_issues(j, &c->train.log, "errors", true);
    put_issues(j, &c->train.log, "warnings", false);
    put_counts(j, &c->train.log);
    put_labels(j, &c->train.labels);
    enum err_code code = OK;
    if (c->cost) {
        code = put_cost(j, c->cost, e);
    } else {
        json_null(j, "training_usd");
        json_null(j, "storage_usd_per_month");
        json_array(j, "hosting");
        json_end(j);
    }
    proof_json(j, "lines", &why, c->explain);
    json_end(j);
    enum err_code closed = json_close(j, e);
    return code ? code : closed;
}
