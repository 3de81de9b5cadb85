#ifndef TUNE_TUNE_ASK_H
#define TUNE_TUNE_ASK_H

/* What `bedplan tune plan` is asked: the model, the job, the calls, the people. */

#include "app.h"
#include "hyper.h"

/* The command line; the names are the options'. */
struct tune_settings {
    int method; /* enum train_method */
    const char *region, *dataset, *training_rate;
    int64_t training_tokens, epochs;
    struct opt_list hp;
    /* distillation */
    const char *teacher;
    int64_t prompts, prompt_tokens, response_tokens;
    bool from_logs;
    /* reinforcement */
    int64_t training_hours;
    /* time and people */
    int64_t start_unix_s, months, retrain_every_months, customized_unix_s;
    double data_hours, tuning_hours, evaluation_hours, hourly_usd;
    /* calls */
    double requests_per_day;
    int64_t input_tokens, output_tokens;
    const char *profile;
    /* hosting */
    int hosting; /* enum hosting_kind + 1; 0: the cheapest */
    double unit_input_tpm, unit_output_tpm, monthly_usd;
    const char *import_architecture;
    int64_t import_copies;
    double copy_rpm;
    int32_t discount_ppm;
    /* the other ways */
    const char *prompted, *rag;
    int64_t few_shot_tokens, rag_tokens;
    int cache_ttl; /* index into "5m|1h|none" */
    double rag_monthly_usd, rag_usd_per_1k;
    bool explain;
    const char *plan;  /* a plan file, which says what no option does */
    bool start_stated; /* by it */
};
/* The last ones are the keys of [tune NAME] too. */
enum { TUNE_OPTS = 42, TUNE_SECTION_OPTS = 21 };
extern const struct opt tune_opts[TUNE_OPTS];

enum hosting_kind {
    HOSTING_DEPLOYMENT,
    HOSTING_NONE, /* model units, by commitment */
    HOSTING_1_MONTH,
    HOSTING_6_MONTH,
    HOSTING_MIX,
    HOSTING_IMPORT,
    HOSTING_KINDS
};

/* What does not hang on prices. */
struct tune_ask {
    const struct tune_settings *s;
    enum train_method method;
    struct model model;
    const char *region;
    struct hyper_values hyper;
    int64_t epochs;
    bool epochs_assumed; /* neither stated nor a default of the model */
    int64_t start_unix_s, end_unix_s;
    double days;
    int64_t trainings;      /* in all those months */
    int64_t records, chars; /* of the dataset; 0 without one */
    int64_t rate_pusd[2];   /* of --training-rate, lowest and highest; [1] 0: none */
    double week[168];       /* weight of each hour from Monday 00:00, mean 1 */
    int64_t customized_unix_s;
    bool has_calls; /* requests a day and their tokens are stated */
};

/* Errors: ERR_USAGE, ERR_RANGE, ERR_NOT_FOUND, ERR_INPUT with the option's name. */
NODISCARD enum err_code tune_ask(struct tune_ask *out, struct app *app,
                                 const char *model, const struct tune_settings *s,
                                 struct err *e);

/* The model of a job, which may have a context suffix that the catalog has not:
 * "amazon.nova-micro-v1:0:128k". Errors: ERR_NOT_FOUND. */
NODISCARD enum err_code tune_model(struct model *m, struct app *app, const char *id,
                                   struct err *e);

#endif
