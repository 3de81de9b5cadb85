#include "plan_extras.h"

#include <math.h>
#include <string.h>

#include "beside_load.h"
#include "biller.h"
#include "text.h"

/* [rag]: a knowledge base as lines of the bill, and what it adds to every prompt.
 *
 *   ingest  documents × tokens ÷ (1 − overlap), embedded; parsing; semantic chunking
 *           reads everything once more
 *   re-sync the same of the documents that are new or changed in a month
 *   query   the question, embedded; rerank by the query
 *   prompt  results × chunk (its parent, where chunks have two levels) + template
 *
 * Source: AWS's guide to knowledge bases, kb-chunking and kb-how-data; the API's bounds
 * are those of the option table. */

enum {
    RERANK_CHUNKS = 100,   /* a query of any reranker holds so many */
    COHERE_DOCUMENT = 500, /* tokens; longer ones count as several */
    BYTES_PER_TOKEN = 4
};

struct rag {
    struct plan *plan;
    struct plan_workload *workload;
    const struct rag_settings *s;
    const char *owner;
    double chunk, embedded; /* tokens of a chunk; of a document, as embedded */
};

static const char *wrong(const struct rag_settings *s)
{
    bool levels = s->chunking == CHUNK_HIERARCHICAL,
         managed = s->store == STORE_MANAGED;
    bool sized = s->chunking == CHUNK_FIXED || s->chunking == CHUNK_SEMANTIC || levels;
    if (s->documents > 0 && s->document_tokens == 0)
        return "documents need document_tokens";
    if (s->chunk_tokens && !sized)
        return "chunk_tokens go with chunking = fixed, hierarchical or semantic";
    if (sized && !s->chunk_tokens) return "this chunking needs chunk_tokens";
    if (s->overlap > 0 && s->chunking != CHUNK_FIXED)
        return "overlap goes with chunking = fixed; hierarchical chunks have "
               "overlap_tokens";
    if (levels != (s->parent_tokens > 0))
        return levels ? "hierarchical chunks need parent_tokens"
                      : "parent_tokens go with chunking = hierarchical";
    if (s->overlap_tokens && !levels)
        return "overlap_tokens go with chunking = hierarchical";
    if (levels && s->parent_tokens < s->chunk_tokens)
        return "parent_tokens are fewer than chunk_tokens";
    if (levels && s->overlap_tokens >= s->chunk_tokens)
        return "overlap_tokens are no fewer than chunk_tokens: no end";
    if (s->semantic_buffer && s->chunking != CHUNK_SEMANTIC)
        return "semantic_buffer goes with chunking = semantic";
    if (s->chunking == CHUNK_NONE && !s->document_tokens)
        return "chunking = none needs document_tokens";
    if ((s->parser == PARSER_MODEL) != (s->parser_model != NULL))
        return "parser = foundation-model and parser_model go together";
    if (s->parser == PARSER_DATA_AUTOMATION && s->document_pages <= 0)
        return "parser = data-automation needs document_pages";
    if (!s->embedding && !managed) return "embedding is missing: which model?";
    if (s->rerank_candidates && !s->rerank) return "rerank_candidates need rerank";
    if (s->rerank_candidates && s->rerank_candidates < s->results)
        return "rerank_candidates are fewer than results";
    return NULL;
}

/* `per_document` units of every document at the start, then of each month's new and
 * changed ones: two lines. */
static void add_pass(const struct rag *r, const char *what, struct extra_price price,
                     double per_document, const char *note)
{
    struct plan *p = r->plan;
    const struct rag_settings *s = r->s;
    double share = s->growth_per_month + s->resync_share;
    double *months = ARENA_NEW(p->arena, double, p->months);
    if (s->documents == 0 || per_document <= 0) return;
    struct plan_extra l = { .owner = r->owner,
                            .what = what,
                            .price = price,
                            .by_month =
                                plan_once(p, (double)s->documents * per_document),
                            .note = note,
                            .billed_by = "Amazon Bedrock" };
    extras_add(&r->workload->extras, p->arena, l);
    if (share <= 0) return;
    for (size_t m = 0; m < p->months; m++)
        months[m] = (double)s->documents * pow(1 + s->growth_per_month, (double)m) *
                    share * per_document;
    l.what = arena_printf(p->arena, "%s, re-sync", what);
    l.by_month = months;
    l.standing = true;
    extras_add(&r->workload->extras, p->arena, l);
}

static enum err_code parsing(const struct rag *r, struct err *e)
{
    struct extra_price in, out;
    struct model m;
    const struct rag_settings *s = r->s;
    if (s->parser == PARSER_DATA_AUTOMATION) {
        if (plan_service_price(&in, r->plan, "Data Automation",
                               "document, standard output", e))
            return e->code;
        add_pass(r, "parsing by Data Automation", in, s->document_pages, NULL);
    }
    if (s->parser != PARSER_MODEL) return OK;
    if (plan_model_price(&m, &in, &out, r->plan, s->parser_model, e))
        return err_wrap(e, "parser_model: ");
    if (!out.unit)
        return err_set(e, ERR_INPUT, "parser_model: '%s' writes no text", m.id);
    double read =
        (double)(s->parser_input_tokens ? s->parser_input_tokens : s->document_tokens);
    double written = (double)(s->parser_output_tokens ? s->parser_output_tokens
                                                      : s->document_tokens);
    if (!s->parser_input_tokens || !s->parser_output_tokens)
        notes_add(
            &r->workload->assumptions, r->plan->arena,
            "[%s]: %s reads %.6g and writes %.6g tokens of each document to parse "
            "it",
            r->owner, m.id, read, written);
    add_pass(r, arena_printf(r->plan->arena, "parsing by %s, input", m.id), in, read,
             NULL);
    add_pass(r, arena_printf(r->plan->arena, "parsing by %s, output", m.id), out,
             written, NULL);
    return OK;
}

/* Tokens of a chunk, and of a document with what its chunks share. */
static void chunk(struct rag *r)
{
    const struct rag_settings *s = r->s;
    double overlap = s->overlap;
    r->chunk = rag_chunk_tokens(s);
    if (s->chunking == CHUNK_HIERARCHICAL)
        overlap = (double)s->overlap_tokens / r->chunk;
    r->embedded = (double)s->document_tokens / (1 - overlap);
}

/* Embedding calls count against a quota of their own: said where the mean alone is over
 * it. */
static enum err_code embedding_quota(const struct rag *r, const struct model *m,
                                     double queries_per_request, struct err *e)
{
    struct plan *p = r->plan;
    struct catalog *c;
    struct quota q;
    char rate[32], quota[32];
    double per_min = r->workload->settings->requests_per_day *
                     r->workload->served_share * queries_per_request / (24 * 60);
    if (app_catalog(p->app, &c, e) ||
        catalog_quota(&q, c, m->id, p->config.plan.region, ROUTING_IN_REGION, false,
                      p->arena, e))
        return e->code;
    if (q.requests_per_min <= 0 || per_min <= (double)q.requests_per_min) return OK;
    notes_add(&r->workload->assumptions, p->arena,
              "[%s]: %s is asked %s times a minute on average, above its default quota "
              "of %s",
              r->owner, m->id, text_thousands(rate, (int64_t)per_min),
              text_thousands(quota, q.requests_per_min));
    return OK;
}

static enum err_code embeddings(const struct rag *r, double queries_per_request,
                                struct err *e)
{
    struct extra_price in, out;
    struct model m;
    const struct rag_settings *s = r->s;
    struct arena *a = r->plan->arena;
    if (!s->embedding) return OK;
    if (plan_model_price(&m, &in, &out, r->plan, s->embedding, e))
        return err_wrap(e, "embedding: ");
    if (m.output[MODALITY_EMBEDDING] == NO)
        return err_set(e, ERR_INPUT, "embedding: '%s' makes no embeddings", m.id);
    if (m.context_window && r->chunk > (double)m.context_window)
        return err_set(e, ERR_INPUT,
                       "embedding: a chunk of %.6g tokens, and '%s' reads %lld",
                       r->chunk, m.id, (long long)m.context_window);
    if (embedding_quota(r, &m, queries_per_request, e)) return e->code;
    add_pass(r, "embedding documents", in, r->embedded, NULL);
    if (s->chunking == CHUNK_SEMANTIC) /* each sentence, with those beside it */
        add_pass(r, "semantic chunking", in,
                 (double)s->document_tokens * (1 + 2 * (double)s->semantic_buffer),
                 "a further pass of the embedding model");
    double query =
        s->query_tokens ? (double)s->query_tokens : r->workload->own_input_mean;
    if (!s->query_tokens)
        notes_add(&r->workload->assumptions, a,
                  "[%s]: a question is embedded with the workload's %.5g input tokens; "
                  "query_tokens says less",
                  r->owner, query);
    extras_add(&r->workload->extras, a,
               (struct plan_extra){ .owner = r->owner,
                                    .what = "embedding questions",
                                    .price = in,
                                    .per_request = query * queries_per_request,
                                    .billed_by = "Amazon Bedrock" });
    return OK;
}

static enum err_code rerank(const struct rag *r, double queries_per_request,
                            struct err *e)
{
    const struct rag_settings *s = r->s;
    struct plan *p = r->plan;
    struct extra_price price;
    if (!s->rerank) return OK;
    if (plan_service_price(&price, p, "Rerank", s->rerank, e))
        return err_wrap(e, "rerank: ");
    double chunks = (double)(s->rerank_candidates ? s->rerank_candidates : s->results);
    if (strncmp(s->rerank, "cohere.", 7) == 0)
        chunks *= ceil(r->chunk / COHERE_DOCUMENT);
    double billed = ceil(chunks / RERANK_CHUNKS);
    extras_add(&r->workload->extras, p->arena,
               (struct plan_extra){
                   .owner = r->owner,
                   .what = arena_printf(p->arena, "rerank by %s", s->rerank),
                   .price = price,
                   .per_request = billed * queries_per_request,
                   .note = arena_printf(p->arena, "%.6g chunks: %g of 100 a question",
                                        chunks, billed),
                   .billed_by = "Amazon Bedrock",
               });
    return OK;
}

/* A vector for each chunk, and what is kept beside it. */
static double stored_bytes(const struct rag *r)
{
    const struct rag_settings *s = r->s;
    double vectors = (double)s->documents * ceil(r->embedded / r->chunk);
    double vector = (double)s->dimensions * (s->vectors ? 1.0 / 8 : sizeof(float));
    double beside = (double)s->metadata_bytes;
    if (!s->metadata_bytes) beside = r->chunk * BYTES_PER_TOKEN;
    return vectors * (vector + beside);
}

static void prompt(const struct rag *r)
{
    const struct rag_settings *s = r->s;
    struct plan *p = r->plan;
    plan_add_input(p, r->workload, rag_added_tokens(s), r->owner);
    if (s->chunking == CHUNK_HIERARCHICAL)
        notes_add(&r->workload->assumptions, p->arena,
                  "[%s]: every child found brings a parent of its own into the prompt; "
                  "children of one parent would share it",
                  r->owner);
}

enum err_code plan_rag(struct plan *p, struct plan_workload *w,
                       const struct rag_settings *s, struct err *e)
{
    struct rag r = { .plan = p,
                     .workload = w,
                     .s = s,
                     .owner = plan_head_text(&s->head, "rag", p->arena) };
    if (wrong(s)) return err_set(e, ERR_INPUT, "%s", wrong(s));
    double queries =
        s->retrievals_per_request * (double)(s->decompose ? s->decompose : 1);
    chunk(&r);
    bool managed = s->store == STORE_MANAGED;
    if (!managed &&
        (parsing(&r, e) || embeddings(&r, queries, e) || rerank(&r, queries, e)))
        return e->code;
    if (plan_rag_store(p, w, s, stored_bytes(&r), queries, e)) return e->code;
    prompt(&r);
    return OK;
}

enum err_code plan_rag_option(struct plan *p, struct plan_option *o,
                              const struct rag_settings *s, struct err *e)
{
    const struct plan_workload *w = &p->workload[o->workload];
    struct extra_price in, out;
    if (!s->decompose) return OK;
    if (plan_own_price(&in, &out, p, o, e)) return err_wrap(e, "decompose: ");
    double query = s->query_tokens ? (double)s->query_tokens : w->own_input_mean;
    struct plan_extra l = {
        .owner = plan_head_text(&s->head, "rag", p->arena),
        .what = "decomposition, input",
        .price = in,
        .per_request = s->retrievals_per_request * o->candidate->input_scale *
                       (query + (double)s->decompose_tokens),
        .note = "a further call of the candidate's model",
        .billed_by = biller_of(o->model.id).seller,
    };
    extras_add(&o->extras, p->arena, l);
    double burndown = o->quota.burndown > 0 ? o->quota.burndown : 1;
    o->charged_per_request += l.per_request;
    l.what = "decomposition, output";
    l.price = out;
    l.per_request = s->retrievals_per_request * o->candidate->output_scale *
                    (double)s->decompose * query;
    extras_add(&o->extras, p->arena, l);
    o->charged_per_request += burndown * l.per_request;
    return OK;
}
