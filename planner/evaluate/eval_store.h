#ifndef EVALUATE_EVAL_STORE_H
#define EVALUATE_EVAL_STORE_H

/* Evaluations in SQLite, $XDG_DATA_HOME/bedplan/evaluate/evaluate.db: each answer,
 * verdict and embedding as soon as it is there, so that what was paid is never asked
 * again, whatever ends the run. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "usd.h"

struct eval_store;

/* How an evaluation was asked for, and how it ended. */
struct eval_meta {
    int64_t id;
    const char *name, *dataset; /* the file, for people */
    const char *prompts_hash;   /* of all prompts, references and categories */
    const char *params;         /* "max_tokens 512, temperature 0": of the candidates */
    const char *task, *region, *endpoint;
    int64_t prompts, started_unix_ms;
    /* of the end; a run that was killed has finished = false */
    bool finished;
    int64_t stop; /* enum probe_stop */
};

/* One model's answer to one prompt. Key: model, prompt_hash. */
struct eval_kept_answer {
    const char *model;
    int64_t item;
    const char *prompt_hash;
    const char *text;   /* "" when it failed */
    const char *failed; /* "": it succeeded; else the class of failure */
    const char *words;  /* AWS's own words of the failure */
    const char *stop_reason;
    bool known_tokens, priced;
    int64_t input_tokens, output_tokens, cache_read_tokens, cache_write_tokens;
    int64_t ttft_ns, latency_ns, service_ms; /* -1 unknown */
    int64_t attempts, throttled, waited_ns;
    struct usd_acc cost;
};

/* One verdict of a judge. Key: model, item, metric, judge, version, repeat. */
struct eval_kept_verdict {
    const char *model;
    int64_t item;
    const char *answer_hash; /* of the answer that was judged */
    const char *metric, *judge, *version;
    int64_t repeat;
    bool readable;
    double score, grade; /* 0 when it is not readable */
    const char *reason;  /* the judge's; or why it cannot be read */
    const char *said;    /* the judge's words when they cannot be read */
    const char *failed;  /* "": the judge answered */
    bool priced;
    int64_t input_tokens, output_tokens, attempts, throttled;
    struct usd_acc cost;
};

/* The vector of a text. Key: the embedding model and the text. */
struct eval_kept_vector {
    const char *model, *text_hash;
    const float *value;
    size_t count;
    bool priced;
    int64_t input_tokens, attempts, throttled;
    struct usd_acc cost;
};

/* A model's mean by one metric, as it was shown at the end: what plan reads. */
struct eval_kept_score {
    const char *model, *metric;
    int64_t n;
    bool has_interval, lower_is_better;
    double mean, lo, hi; /* 95 % */
};

/* `data` as in data_folder(). Without `write` a store that is not there is empty.
 * Errors: ERR_DB, ERR_IO with the file's path. eval_store_close() accepts NULL. */
NODISCARD enum err_code eval_store_open(struct eval_store **out, const char *data,
                                        bool write, struct arena *a, struct err *e);
void eval_store_close(struct eval_store *s);

/* Oldest first. */
NODISCARD enum err_code eval_store_list(struct eval_meta **out, size_t *count,
                                        struct eval_store *s, struct arena *a,
                                        struct err *e);
/* Errors: ERR_NOT_FOUND with the nearest name. */
NODISCARD enum err_code eval_store_find(struct eval_meta *out, struct eval_store *s,
                                        const char *name, struct arena *a,
                                        struct err *e);
NODISCARD enum err_code eval_store_drop(struct eval_store *s, int64_t id,
                                        struct err *e);

/* A new run; sets meta->id. Errors: ERR_USAGE the name is taken. */
NODISCARD enum err_code eval_store_begin(struct eval_store *s, struct eval_meta *meta,
                                         struct err *e);
/* How it ended, or that it goes on. */
NODISCARD enum err_code eval_store_end(struct eval_store *s,
                                       const struct eval_meta *meta, struct err *e);

/* From here on rows are written together, at each eval_store_flush(): those of one
 * moment of the loop, so that no answer waits for the disk of another. */
void eval_store_batch(struct eval_store *s);
NODISCARD enum err_code eval_store_flush(struct eval_store *s, struct err *e);

/* In place of an older row of the same key. */
NODISCARD enum err_code eval_store_put_answer(struct eval_store *s, int64_t id,
                                              const struct eval_kept_answer *row,
                                              struct err *e);
NODISCARD enum err_code eval_store_put_verdict(struct eval_store *s, int64_t id,
                                               const struct eval_kept_verdict *row,
                                               struct err *e);
NODISCARD enum err_code eval_store_put_vector(struct eval_store *s, int64_t id,
                                              const struct eval_kept_vector *row,
                                              struct err *e);
/* In one transaction, in place of older ones of the same models and metrics. */
NODISCARD enum err_code eval_store_put_scores(struct eval_store *s, int64_t id,
                                              const struct eval_kept_score *row,
                                              size_t count, struct err *e);

/* The prompts themselves as lines of Bedrock's dataset without "modelResponses", for
 * `export`; once, when the run begins. */
NODISCARD enum err_code eval_store_put_items(struct eval_store *s, int64_t id,
                                             const char *const *line, size_t count,
                                             struct err *e);

/* All rows of a run, by model, then prompt or metric. Owns: the arena. */
NODISCARD enum err_code eval_store_answers(struct eval_kept_answer **out, size_t *count,
                                           struct eval_store *s, int64_t id,
                                           struct arena *a, struct err *e);
NODISCARD enum err_code eval_store_verdicts(struct eval_kept_verdict **out,
                                            size_t *count, struct eval_store *s,
                                            int64_t id, struct arena *a, struct err *e);
NODISCARD enum err_code eval_store_vectors(struct eval_kept_vector **out, size_t *count,
                                           struct eval_store *s, int64_t id,
                                           struct arena *a, struct err *e);
NODISCARD enum err_code eval_store_scores(struct eval_kept_score **out, size_t *count,
                                          struct eval_store *s, int64_t id,
                                          struct arena *a, struct err *e);
NODISCARD enum err_code eval_store_items(const char ***out, size_t *count,
                                         struct eval_store *s, int64_t id,
                                         struct arena *a, struct err *e);

/* 64 hex digits: SHA-256 of `n` texts, each with its length. Errors: ERR_IO libcrypto.
 * Owns: the arena. */
NODISCARD enum err_code eval_hash(const char **out, const char *const *text, size_t n,
                                  struct arena *a, struct err *e);

#endif
