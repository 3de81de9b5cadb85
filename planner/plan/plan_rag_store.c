#include "plan_extras.h"

#include <math.h>

/* Where the vectors of a knowledge base are kept: what it costs without a question, how
 * that grows, and what each question costs. Prices are the catalog's where a source
 * names one; where none does, the plan states them. */

static const double BYTES_PER_GB = 1e9, SMALLEST_OCU = 2;

struct store {
    struct plan *plan;
    struct plan_workload *workload;
    const struct rag_settings *s;
    double gb; /* at the start */
    double queries_per_request;
    const char *billed_by;
};

static const char *const names[] = {
    [STORE_NONE] = "none",
    [STORE_OPENSEARCH_SERVERLESS] = "OpenSearch Serverless",
    [STORE_OPENSEARCH_NEXTGEN] = "OpenSearch Serverless NextGen",
    [STORE_OPENSEARCH_CLUSTER] = "OpenSearch cluster",
    [STORE_S3_VECTORS] = "S3 Vectors",
    [STORE_MANAGED] = "Managed Knowledge Base",
    [STORE_AURORA] = "Aurora",
    [STORE_PINECONE] = "Pinecone",
    [STORE_REDIS] = "Redis Enterprise Cloud",
    [STORE_MONGODB] = "MongoDB Atlas",
    [STORE_NEPTUNE] = "Neptune Analytics",
};

static const char *seller(enum rag_store store)
{
    switch (store) {
    case STORE_OPENSEARCH_SERVERLESS:
    case STORE_OPENSEARCH_NEXTGEN:
    case STORE_OPENSEARCH_CLUSTER:
        return "Amazon OpenSearch Service";
    case STORE_S3_VECTORS:
        return "Amazon S3";
    case STORE_MANAGED:
        return "Amazon Bedrock";
    case STORE_AURORA:
        return "Amazon Aurora";
    case STORE_NEPTUNE:
        return "Amazon Neptune";
    case STORE_NONE:
    case STORE_PINECONE:
    case STORE_REDIS:
    case STORE_MONGODB:
        break;
    }
    return NULL;
}

static struct plan_extra line(const struct store *x, const char *what,
                              struct extra_price price)
{
    struct arena *a = x->plan->arena;
    return (struct plan_extra){ .owner = plan_head_text(&x->s->head, "rag", a),
                                .what =
                                    arena_printf(a, "%s %s", names[x->s->store], what),
                                .price = price,
                                .billed_by = x->billed_by };
}

/* `per_gb` units of every GB kept, in each month, growing as the documents do. */
static double *by_size(const struct store *x, double per_gb)
{
    double *out = ARENA_NEW(x->plan->arena, double, x->plan->months);
    for (size_t m = 0; m < x->plan->months; m++)
        out[m] = x->gb * pow(1 + x->s->growth_per_month, (double)m) * per_gb;
    return out;
}

static void keep(const struct store *x, const char *what, struct extra_price price,
                 double *by_month, const char *note)
{
    struct plan_extra l = line(x, what, price);
    l.by_month = by_month;
    l.standing = true;
    l.note = note;
    extras_add(&x->workload->extras, x->plan->arena, l);
}

static void queries(const struct store *x, const char *what, struct extra_price price)
{
    struct plan_extra l = line(x, what, price);
    l.per_request = x->queries_per_request;
    extras_add(&x->workload->extras, x->plan->arena, l);
}

/* Units around the clock: the smallest collection, or as many as the size takes. */
static enum err_code opensearch(const struct store *x, struct err *e)
{
    struct plan *p = x->plan;
    const struct rag_settings *s = x->s;
    struct extra_price price;
    double least = s->ocu > 0 ? s->ocu : SMALLEST_OCU;
    if (s->store == STORE_OPENSEARCH_NEXTGEN && (s->ocu <= 0 || s->ocu_hour_usd <= 0))
        return err_set(
            e, ERR_INPUT,
            "store: NextGen scales to zero, and no source names its price by "
            "use: set ocu (a mean hour's) and ocu_hour_usd, or "
            "store_monthly_usd");
    price = plan_stated_price(p, s->ocu_hour_usd, 1, "OCU-hour");
    if (s->ocu_hour_usd <= 0 &&
        plan_service_price(&price, p, "OpenSearch Serverless (vector store)", "OCU", e))
        return e->code;
    double *hours = plan_by_hours(p, 1);
    for (size_t m = 0; m < p->months; m++) {
        double gb = x->gb * pow(1 + s->growth_per_month, (double)m);
        double units =
            s->gb_per_ocu > 0 ? fmax(least, ceil(gb / s->gb_per_ocu)) : least;
        hours[m] *= units;
    }
    if (s->gb_per_ocu <= 0)
        notes_add(
            &x->workload->assumptions, p->arena,
            "[%s]: %g OCU carry %.3g GB and every question: how much one carries is "
            "not known, gb_per_ocu says it",
            plan_head_text(&s->head, "rag", p->arena), least, x->gb);
    keep(x, "units", price, hours,
         s->ocu > 0 ? NULL : "2 OCU, the smallest classic production collection");
    return OK;
}

static enum err_code s3_vectors(const struct store *x, struct err *e)
{
    const struct rag_settings *s = x->s;
    struct extra_price stored, put;
    if (plan_service_price(&stored, x->plan, "S3 Vectors", "storage", e) ||
        plan_service_price(&put, x->plan, "S3 Vectors", "PUT", e))
        return e->code;
    keep(x, "storage", stored, by_size(x, 1), NULL);
    struct plan_extra l = line(x, "writing", put);
    l.by_month = plan_once(x->plan, x->gb);
    extras_add(&x->workload->extras, x->plan->arena, l);
    double share = s->growth_per_month + s->resync_share;
    if (share > 0) keep(x, "writing, re-sync", put, by_size(x, share), NULL);
    if (s->store_usd_per_1k_queries > 0) return OK;
    x->workload->extras_incomplete = true;
    notes_add(&x->workload->assumptions, x->plan->arena,
              "[%s]: S3 Vectors' price by the query is not known and not billed: "
              "store_usd_per_1k_queries says it",
              plan_head_text(&s->head, "rag", x->plan->arena));
    return OK;
}

/* Embedding, parsing and reranking are part of it. */
static enum err_code managed(const struct store *x, struct err *e)
{
    struct extra_price stored, query;
    if (plan_service_price(&stored, x->plan, "Managed Knowledge Base", "index storage",
                           e) ||
        plan_service_price(&query, x->plan, "Managed Knowledge Base", "Retrieve", e))
        return e->code;
    keep(x, "index", stored, by_size(x, 1), NULL);
    queries(x, "Retrieve", query);
    return OK;
}

static enum err_code floor_and_growth(const struct store *x, struct err *e)
{
    const struct rag_settings *s = x->s;
    if (s->store_monthly_usd > 0) {
        keep(x, "every month",
             plan_stated_price(x->plan, s->store_monthly_usd, 1, "month"),
             plan_each_month(x->plan, 1), NULL);
        return OK;
    }
    switch ((enum rag_store)s->store) {
    case STORE_OPENSEARCH_SERVERLESS:
    case STORE_OPENSEARCH_NEXTGEN:
        return opensearch(x, e);
    case STORE_S3_VECTORS:
        return s3_vectors(x, e);
    case STORE_MANAGED:
        return managed(x, e);
    case STORE_NONE:
        return OK;
    case STORE_OPENSEARCH_CLUSTER:
    case STORE_AURORA:
    case STORE_PINECONE:
    case STORE_REDIS:
    case STORE_MONGODB:
    case STORE_NEPTUNE:
        break;
    }
    return err_set(e, ERR_UNPRICED,
                   "no price of %s is known: state yours as store_monthly_usd",
                   names[s->store]);
}

enum err_code plan_rag_store(struct plan *p, struct plan_workload *w,
                             const struct rag_settings *s, double bytes,
                             double queries_per_request, struct err *e)
{
    struct store x = { .plan = p,
                       .workload = w,
                       .s = s,
                       .queries_per_request = queries_per_request,
                       .billed_by = seller((enum rag_store)s->store) };
    bool serverless =
        s->store == STORE_OPENSEARCH_SERVERLESS || s->store == STORE_OPENSEARCH_NEXTGEN;
    if (!serverless && (s->ocu > 0 || s->ocu_hour_usd > 0 || s->gb_per_ocu > 0))
        return err_set(e, ERR_INPUT,
                       "ocu, ocu_hour_usd and gb_per_ocu go with "
                       "store = opensearch-serverless or -nextgen");
    if (s->store == STORE_NONE && (s->store_monthly_usd > 0 || s->store_gb > 0 ||
                                   s->store_usd_per_1k_queries > 0))
        return err_set(e, ERR_INPUT, "a price or size of a store, and store = none");
    x.gb = s->store_gb > 0 ? s->store_gb : bytes / BYTES_PER_GB;
    if (floor_and_growth(&x, e)) return e->code;
    if (s->store_usd_per_1k_queries > 0)
        queries(&x, "queries",
                plan_stated_price(p, s->store_usd_per_1k_queries, 1000, "query"));
    return OK;
}
