#include <math.h>
#include <string.h>

#include "eval_answer.h"
#include "eval_run.h"
#include "eval_weigh.h"
#include "json.h"

/* json_real() writes null for what is not finite. */
static void put_metric(struct json *j, const struct eval_summary *s)
{
    json_object(j, NULL);
    json_text(j, "metric", s->metric->name);
    json_int(j, "n", s->n);
    json_int(j, "missing", s->missing);
    json_real(j, "mean", s->mean);
    json_real(j, "ci_low", s->ci_low);
    json_real(j, "ci_high", s->ci_high);
    json_text(j, "interval", eval_interval_text(s->interval));
    json_end(j);
}

/* The mean of a metric by its name; null where it was not asked for. */
static void put_named(struct json *j, const struct eval_answer *x, size_t model,
                      const char *key, const char *metric)
{
    for (size_t k = 0; k < x->metrics && metric; k++)
        if (strcmp(x->scores[k].metric->name, metric) == 0) {
            json_real(j, key, eval_answer_of(x, model, k)->mean);
            return;
        }
    json_null(j, key);
}

static void put_model(struct json *j, const struct eval_answer *x, size_t m)
{
    const struct eval_summary *first = eval_answer_of(x, m, 0);
    json_object(j, NULL);
    json_text(j, "model", x->set->model[m]);
    json_int(j, "n", first->n);
    put_named(j, x, m, "accuracy", "accuracy");
    put_named(j, x, m, "f1", "f1");
    put_named(j, x, m, "exact_match", "exact-match");
    put_named(j, x, m, "judge", x->run ? eval_run_judge_metric(x->run) : NULL);
    json_text(j, "metric", first->metric->name);
    json_real(j, "mean", first->mean);
    json_real(j, "lo", first->ci_low);
    json_real(j, "hi", first->ci_high);
    if (x->weight) eval_weigh_json_model(j, x, m);
    json_array(j, "metrics");
    for (size_t k = 0; k < x->metrics; k++)
        put_metric(j, eval_answer_of(x, m, k));
    json_end(j);
    json_end(j);
}

enum err_code eval_print_json(struct app *app, const struct eval_answer *x,
                              struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.evaluate/1");
    json_text(j, "task", eval_task_text(x->task));
    json_int(j, "prompts", (int64_t)x->set->items);
    json_int(j, "references", (int64_t)eval_set_referenced(x->set));
    json_int(j, "seed", (int64_t)x->seed);
    json_array(j, "models");
    for (size_t m = 0; m < x->set->models; m++)
        put_model(j, x, m);
    json_end(j);
    if (x->weight) eval_weigh_json(j, x);
    if (x->run) eval_run_json(j, x->run);
    json_end(j);
    return json_close(j, e);
}
