#include "date.h"
#include "json.h"
#include "prompt_answer.h"
#include "prompt_json.h"
#include "proof.h"

enum { DIGITS = 6 };

void prompt_json_usd(struct json *j, const char *key, bool known, struct usd plain,
                     struct usd cached, bool hits)
{
    if (!known) {
        json_null(j, key);
        return;
    }
    json_object(j, key);
    json_usd(j, "plain", plain);
    if (hits)
        json_usd(j, "cached", cached);
    else
        json_null(j, "cached");
    json_end(j);
}

static void put_point(struct json *j, const struct prompt_answer *p,
                      const struct prompt_cached *c)
{
    const struct prompt_checkpoint *k = c->point;
    json_object(j, NULL);
    json_bool(j, "stated", k->stated);
    json_text(j, "role", prompt_role_text(k->role));
    json_text(j, "ttl", k->ttl);
    if (k->line)
        json_int(j, "line", k->line);
    else
        json_null(j, "line");
    if (k->line)
        json_int(j, "column", k->column);
    else
        json_null(j, "column");
    json_int(j, "tokens", prompt_tokens(&p->ask, k->bytes));
    json_text(j, "varies", k->varies);
    json_int(j, "texts", (int64_t)k->texts);
    json_bool(j, "served", c->served);
    json_text(j, "why", c->why);
    if (c->hit >= 0)
        json_estimate(j, "hit_share", c->hit, DIGITS);
    else
        json_null(j, "hit_share");
    json_end(j);
}

static void put_tokens(struct json *j, const struct prompt_answer *p,
                       const struct prompt_line *l)
{
    if (l->unknown) {
        json_null(j, "tokens");
        return;
    }
    json_object(j, "tokens");
    json_int(j, "mean", prompt_tokens(&p->ask, l->length.mean_bytes));
    json_int(j, "p50", prompt_tokens(&p->ask, prompt_length_bytes(&l->length, 0.5)));
    json_int(j, "p95", prompt_tokens(&p->ask, prompt_length_bytes(&l->length, 0.95)));
    json_int(j, "max",
             prompt_tokens(&p->ask, l->length.sorted_bytes[l->length.texts - 1]));
    json_end(j);
}

void prompt_json_line(struct json *j, const char *key, const struct prompt_answer *p,
                      const struct prompt_line *l)
{
    char time[DATE_TEXT];
    bool priced = prompt_line_priced(p, l), month = priced && p->ask.workload;
    json_object(j, key);
    json_int(j, "version", l->version.number);
    json_text(j, "added", date_time_text(time, l->version.added_unix_s));
    json_text(j, "note", *l->version.note ? l->version.note : NULL);
    json_text(j, "type", l->prompt.chat ? "CHAT" : "TEXT");
    json_text(j, "model", l->prompt.model);
    json_array(j, "variables");
    for (size_t i = 0; i < l->prompt.variables.count; i++)
        json_text(j, NULL, l->prompt.variables.name[i]);
    json_end(j);
    json_int(j, "fixed_tokens", prompt_tokens(&p->ask, (double)l->length.fixed_bytes));
    put_tokens(j, p, l);
    json_text(j, "unknown", l->unknown);
    json_array(j, "checkpoints");
    for (size_t i = 0; i < l->cost.points; i++)
        put_point(j, p, &l->cost.cached[i]);
    json_end(j);
    prompt_json_usd(j, "usd_per_1k_requests", priced, l->cost.plain_per_1k,
                    l->cost.per_1k, month);
    prompt_json_usd(j, "usd_per_month", month, l->cost.plain_per_month,
                    l->cost.per_month, true);
    json_end(j);
}

void prompt_json_ask(struct json *j, const struct prompt_answer *p, struct arena *a)
{
    const struct prompt_ask *k = &p->ask;
    json_text(j, "name", p->name);
    json_text(j, "model", k->priced ? k->model.id : NULL);
    json_text(j, "region", k->region);
    json_text(j, "routing", k->priced ? routing_text(k->tariff.routing) : NULL);
    json_text(j, "workload", k->workload);
    json_text(j, "arrivals", k->arrivals);
    json_real(j, "requests_per_day", k->requests_per_day);
    json_estimate(j, "output_tokens", k->output_tokens, DIGITS);
    json_real(j, "bytes_per_token", k->bytes_per_token);
    json_text(j, "tokens_method", prompt_tokens_method(k, a));
    json_int(j, "samples", k->samples ? (int64_t)k->samples->rows : 0);
}

static void put_life(struct json *j, const struct prompt_life *k, bool month)
{
    const struct prompt_cost *c = &k->cost;
    json_object(j, NULL);
    json_text(j, "ttl", k->life);
    json_rate(j, "write_usd_per_mtok", k->written->rate);
    json_rate(j, "read_usd_per_mtok", k->read->rate);
    json_rate(j, "input_usd_per_mtok", k->input->rate);
    json_text(j, "source", k->written->source);
    json_text(j, "as_of", k->written->as_of);
    if (k->uses)
        json_int(j, "break_even_uses", k->uses);
    else
        json_null(j, "break_even_uses");
    if (k->can)
        json_real(j, "break_even_hit_share", k->share);
    else
        json_null(j, "break_even_hit_share");
    if (month && c->points && c->cached[c->points - 1].hit >= 0)
        json_estimate(j, "hit_share", c->cached[c->points - 1].hit, DIGITS);
    else
        json_null(j, "hit_share");
    if (month)
        json_usd(j, "usd_per_month", c->per_month);
    else
        json_null(j, "usd_per_month");
    json_end(j);
}

static void put_blocks(struct json *j, const struct prompt *p)
{
    json_array(j, "blocks");
    for (size_t i = 0; i < p->blocks; i++) {
        const struct prompt_block *b = &p->block[i];
        json_object(j, NULL);
        json_text(j, "role", prompt_role_text(b->role));
        if (b->cache_point) {
            json_text(j, "cache_point", b->ttl ? b->ttl : "default");
        } else {
            json_text(j, b->role == PROMPT_TOOLS ? "tool" : "text", b->template.text.p);
        }
        json_end(j);
    }
    json_end(j);
}

enum err_code prompt_show_json(struct app *app, const struct prompt_answer *p,
                               bool explain, struct err *e)
{
    struct proof_list lines;
    struct prompt_life life[2];
    size_t count;
    const struct prompt_line *l = &p->line[p->chosen];
    if (prompt_lives(life, &count, p, l, app->arena, e) ||
        prompt_proofs(&lines, p, app, e))
        return e->code;
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.prompt-show/1");
    prompt_json_ask(j, p, app->arena);
    json_array(j, "versions");
    for (size_t i = 0; i < p->count; i++)
        prompt_json_line(j, NULL, p, &p->line[i]);
    json_end(j);
    json_int(j, "chosen", l->version.number);
    put_blocks(j, &l->prompt);
    json_array(j, "cache");
    for (size_t i = 0; i < count; i++)
        put_life(j, &life[i], p->ask.workload != NULL);
    json_end(j);
    proof_json(j, "lines", &lines, explain);
    json_end(j);
    return json_close(j, e);
}
