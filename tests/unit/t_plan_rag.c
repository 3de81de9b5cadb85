#include "check.h"

#include "plan_fixture.h"

/* Knowledge bases on a plan's bill. Expected figures are worked out here from prices of
 * AWS's pages: Titan Embeddings V2 0.02 USD per million tokens, Nova Lite 0.06 and
 * 0.24, Rerank 0.001 (Amazon) and 0.002 (Cohere) a query, Data Automation 0.01 a page;
 * of blogs: 0.24 an OCU-hour, S3 Vectors 0.06 a GB-month and 0.20 a GB written; of
 * AWS's samples: Managed Knowledge Bases 5 a GB-month and 1 per 1 000 Retrieve
 * requests. */

#define LITE "[candidate lite]\nmodel = amazon.nova-lite-v1:0\n"
#define CORPUS                                                                         \
    FLAT LITE "[rag kb]\ndocuments = 40000\ndocument_tokens = 2100\n"                  \
              "query_tokens = 45\n"
#define TITAN "embedding = amazon.titan-embed-text-v2:0\n"
#define FIXED "chunking = fixed\nchunk_tokens = 512\noverlap = 20%\n"
static const double REQUESTS = 365 * 251377.0; /* of FLAT; Poisson noise: 1e-5 */
static const char *const ON_DEMAND = "lite on-demand";

static void a_corpus_is_embedded_once_and_its_changes_each_month(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f, CORPUS TITAN FIXED "resync_share = 5%\n", 1), f.err);
    /* 2 100 tokens of which each fifth is read twice: 2 625 */
    double corpus = 40000 * 2625 * 0.02e-6;
    assert_close(corpus, 2.1, 1e-12);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: embedding documents"), corpus, 1e-9);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: embedding documents, re-sync"),
                 12 * 0.05 * corpus, 1e-9);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: embedding questions"),
                 REQUESTS * 45 * 0.02e-6, 2e-5);
    struct plan_option *o = option_of(&f.plan, ON_DEMAND);
    assert_close(o->total.mean,
                 REQUESTS * ((1155 + 5 * 512 + 45 / 3.0) * 0.06 + 211 * 0.24) / 1e6 +
                     1.6 * corpus,
                 2e-5); /* 45 tokens at 0.02 are 15 at 0.06 */
    /* documents change whether anybody asks or not */
    assert_close(o->idle_usd_per_month, 0.05 * corpus, 1e-9);
    done(&f);
}

static void a_growing_corpus_costs_more_each_month(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  CORPUS TITAN FIXED "growth_per_month = 4%\nresync_share = 5%\n"
                                     "store = s3-vectors\n"
                                     "store_usd_per_1k_queries = 0.0025\n",
                  1),
              f.err);
    double months = 0; /* 1 + 1.04 + … + 1.04^11 */
    for (int m = 11; m >= 0; m--)
        months = 1 + 1.04 * months;
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: embedding documents, re-sync"),
                 0.09 * months * 2.1, 1e-9);
    /* six vectors a document, 4 096 bytes and 512 × 4 of text */
    double gb = 40000.0 * 6 * (4096 + 2048) / 1e9;
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: S3 Vectors storage"),
                 months * gb * 0.06, 1e-9);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: S3 Vectors writing"), gb * 0.2, 1e-9);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: S3 Vectors writing, re-sync"),
                 0.09 * months * gb * 0.2, 1e-9);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: S3 Vectors queries"),
                 REQUESTS * 0.0025 / 1000, 2e-5);
    assert_false(option_of(&f.plan, ON_DEMAND)->incomplete);
    done(&f);
}

static void binary_vectors_take_a_bit_a_dimension(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  CORPUS TITAN "chunking = none\nvectors = binary\ndimensions = 512\n"
                               "metadata_bytes = 350\nstore = s3-vectors\n",
                  1),
              f.err);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: S3 Vectors writing"),
                 40000 * (64 + 350) * 0.2e-9, 1e-9);
    assert_close(f.plan.workload[0].added_input, 5 * 2100, 1e-12);
    /* a price that nobody knows leaves the bill incomplete, and says so */
    assert_true(option_of(&f.plan, ON_DEMAND)->incomplete);
    done(&f);
}

static void opensearch_has_a_floor_and_grows_by_whole_units(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f, CORPUS TITAN "store = opensearch-serverless\n", 1), f.err);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: OpenSearch Serverless units"),
                 2 * 0.24 * 8760, 1e-9);
    assert_close(option_of(&f.plan, ON_DEMAND)->idle_usd_per_month, 0.24 * 2 * 730,
                 1e-9);
    done(&f);
    /* 100 GB in units of 30: 4, then 5 from 121 GB: the 5th, 6th … month at 5 % */
    assert_ok(run(&f,
                  CORPUS TITAN "store = opensearch-serverless\nstore_gb = 100\n"
                               "gb_per_ocu = 30\ngrowth_per_month = 5%\n"
                               "ocu_hour_usd = 0.271\n",
                  1),
              f.err);
    double usd = 0;
    static const int days[] = { 31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30 };
    static const int units[] = { 4, 4, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6 };
    for (int m = 0; m < 12; m++)
        usd += days[m] * 24 * units[m] * 0.271;
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: OpenSearch Serverless units"), usd,
                 1e-9);
    done(&f);
}

static void a_managed_base_embeds_and_reranks_for_nothing(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  CORPUS "store = managed\nstore_gb = 3.75\nrerank = "
                         "amazon.rerank-v1:0\n",
                  1),
              f.err);
    struct plan_option *o = option_of(&f.plan, ON_DEMAND);
    assert_int_equal(o->extras.count, 2);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: Managed Knowledge Base index"),
                 12 * 3.75 * 5, 1e-9);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: Managed Knowledge Base Retrieve"),
                 REQUESTS * 1e-3, 2e-5);
    done(&f);
}

static void hierarchical_chunks_bring_their_parents(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  CORPUS TITAN "chunking = hierarchical\nchunk_tokens = 300\n"
                               "overlap_tokens = 60\nparent_tokens = 1500\n"
                               "results = 4\ntemplate_tokens = 130\n"
                               "retrievals_per_request = 0.6\n",
                  1),
              f.err);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: embedding documents"),
                 40000 * 2100 / 0.8 * 0.02e-6, 1e-9);
    assert_close(f.plan.workload[0].added_input, 0.6 * (4 * 1500 + 130), 1e-12);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: embedding questions"),
                 0.6 * REQUESTS * 45 * 0.02e-6, 2e-5);
    done(&f);
}

static void semantic_chunks_are_read_once_more(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  CORPUS TITAN "chunking = semantic\nchunk_tokens = 300\n"
                               "semantic_buffer = 1\n",
                  1),
              f.err);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: semantic chunking"),
                 40000 * 2100 * 3 * 0.02e-6, 1e-9);
    done(&f);
}

static void parsers_are_paid_by_the_token_or_the_page(void **state)
{
    (void)state;
    struct fixture f;
    assert_ok(run(&f,
                  CORPUS TITAN "parser = foundation-model\n"
                               "parser_model = amazon.nova-lite-v1:0\n"
                               "parser_input_tokens = 6400\n",
                  1),
              f.err);
    assert_close(
        line_usd(&f, ON_DEMAND, "rag kb: parsing by amazon.nova-lite-v1:0, input"),
        40000 * 6400 * 0.06e-6, 1e-9);
    assert_close(
        line_usd(&f, ON_DEMAND, "rag kb: parsing by amazon.nova-lite-v1:0, output"),
        40000 * 2100 * 0.24e-6, 1e-9);
    done(&f);
    assert_ok(
        run(&f, CORPUS TITAN "parser = data-automation\ndocument_pages = 3.5\n", 1),
        f.err);
    assert_close(line_usd(&f, ON_DEMAND, "rag kb: parsing by Data Automation"),
                 40000 * 3.5 * 0.01, 1e-9);
    done(&f);
}

static void rerankers_are_paid_by_hundreds_of_chunks(void **state)
{
    (void)state;
    static const struct {
        const char *ini, *line;
        double usd; /* a question */
    } rows[] = {
        { "rerank = amazon.rerank-v1:0\n", "rag kb: rerank by amazon.rerank-v1:0",
          0.001 },
        { "rerank = amazon.rerank-v1:0\nrerank_candidates = 101\n",
          "rag kb: rerank by amazon.rerank-v1:0", 0.002 },
        /* 512 tokens are two documents of about 500: 350 documents, 4 queries */
        { FIXED "rerank = cohere.rerank-v3-5:0\nrerank_candidates = 175\n",
          "rag kb: rerank by cohere.rerank-v3-5:0", 4 * 0.002 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        char ini[2048];
        snprintf(ini, sizeof ini, "%s%s", CORPUS TITAN, rows[i].ini);
        assert_ok(run(&f, ini, 1), f.err);
        assert_close(line_usd(&f, ON_DEMAND, rows[i].line), REQUESTS * rows[i].usd,
                     2e-5);
        done(&f);
    }
}

static void questions_made_of_questions_are_calls_of_the_candidate(void **state)
{
    (void)state;
    struct fixture f, g;
    assert_ok(run(&f, CORPUS TITAN, 1), f.err);
    assert_ok(run(&g, CORPUS TITAN "decompose = 3\ndecompose_tokens = 200\n", 1),
              g.err);
    assert_close(line_usd(&g, ON_DEMAND, "rag kb: decomposition, input"),
                 REQUESTS * 245 * 0.06e-6, 2e-5);
    assert_close(line_usd(&g, ON_DEMAND, "rag kb: decomposition, output"),
                 REQUESTS * 3 * 45 * 0.24e-6, 2e-5);
    assert_close(line_usd(&g, ON_DEMAND, "rag kb: embedding questions"),
                 3 * line_usd(&f, ON_DEMAND, "rag kb: embedding questions"), 1e-9);
    /* they take of the candidate's quota: input, and output as it burns down (once) */
    assert_close(option_of(&g.plan, ON_DEMAND)->charged_per_request -
                     option_of(&f.plan, ON_DEMAND)->charged_per_request,
                 245 + 135, 1e-9);
    done(&f);
    done(&g);
}

static void bad_bases_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum err_code code;
        const char *ini, *message;
    } rows[] = {
        { ERR_INPUT, "", "embedding is missing" },
        { ERR_RANGE, TITAN "results = -1\n", "results" },
        { ERR_RANGE, TITAN "results = 101\n", "results" },
        { ERR_RANGE, TITAN "chunking = fixed\nchunk_tokens = 512\noverlap = 100%\n",
          "overlap" },
        { ERR_INPUT, TITAN "overlap = 20%\n", "overlap goes with chunking = fixed" },
        { ERR_INPUT, TITAN "chunking = fixed\n", "needs chunk_tokens" },
        { ERR_INPUT, TITAN "chunk_tokens = 300\n", "chunk_tokens go with" },
        { ERR_INPUT, TITAN "chunking = hierarchical\nchunk_tokens = 300\n",
          "need parent_tokens" },
        { ERR_INPUT, TITAN "parent_tokens = 300\n", "parent_tokens go with" },
        { ERR_INPUT,
          TITAN "chunking = hierarchical\nchunk_tokens = 300\nparent_tokens = 299\n",
          "fewer than chunk_tokens" },
        { ERR_INPUT,
          TITAN "chunking = hierarchical\nchunk_tokens = 300\nparent_tokens = 900\n"
                "overlap_tokens = 300\n",
          "no end" },
        { ERR_INPUT, TITAN "overlap_tokens = 5\n", "overlap_tokens go with" },
        { ERR_INPUT, TITAN "semantic_buffer = 1\n", "semantic_buffer goes with" },
        { ERR_INPUT, TITAN "parser = foundation-model\n", "parser_model go together" },
        { ERR_INPUT, TITAN "parser = data-automation\n", "needs document_pages" },
        { ERR_INPUT, TITAN "rerank_candidates = 9\n", "need rerank" },
        { ERR_INPUT,
          TITAN "rerank = amazon.rerank-v1:0\nrerank_candidates = 3\nresults = 4\n",
          "fewer than results" },
        { ERR_UNPRICED, TITAN "rerank = cohere.rerank-v9:0\n", "cohere.rerank-v9:0" },
        { ERR_INPUT, TITAN "store = chroma\n", "store" },
        { ERR_UNPRICED, TITAN "store = aurora\n", "no price of Aurora is known" },
        { ERR_UNPRICED, TITAN "store = pinecone\n", "store_monthly_usd" },
        { ERR_INPUT, TITAN "store = opensearch-nextgen\nocu = 0.4\n", "ocu_hour_usd" },
        { ERR_INPUT, TITAN "store = s3-vectors\nocu = 2\n", "go with store" },
        { ERR_INPUT, TITAN "store_gb = 2\n", "store = none" },
        { ERR_INPUT, "embedding = amazon.nova-lite-v1:0\n", "makes no embeddings" },
        { ERR_NOT_FOUND, "embedding = amazon.titan-embed-v9\n", "embedding: " },
        { ERR_INPUT,
          "embedding = cohere.embed-english-v3\nchunking = fixed\nchunk_tokens = 600\n",
          "'cohere.embed-english-v3' reads 512" },
        { ERR_INPUT, TITAN "workload = chta\n", "no [workload chta]" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        char ini[2048];
        snprintf(ini, sizeof ini, "%s%s", CORPUS, rows[i].ini);
        enum err_code code = run(&f, ini, 1);
        if (code != rows[i].code || !strstr(f.err.msg, rows[i].message))
            fail_msg("%s gives %d: '%s'", rows[i].ini, code, f.err.msg);
        done(&f);
    }
}

static void stores_at_a_stated_price_are_taken(void **state)
{
    (void)state;
    static const char *const stores[] = { "aurora",  "pinecone", "redis",
                                          "mongodb", "neptune",  "opensearch-cluster" };
    for (size_t i = 0; i < sizeof stores / sizeof *stores; i++) {
        struct fixture f;
        char ini[2048];
        snprintf(ini, sizeof ini, "%sstore = %s\nstore_monthly_usd = 99.5\n",
                 CORPUS TITAN, stores[i]);
        assert_ok(run(&f, ini, 1), f.err);
        struct plan_option *o = option_of(&f.plan, ON_DEMAND);
        assert_close(o->idle_usd_per_month, 99.5, 1e-12);
        assert_true(o->extras.line[o->extras.count - 1].price.stated);
        done(&f);
    }
}

static void an_embedding_quota_that_is_too_small_is_said(void **state)
{
    (void)state;
    struct fixture f;
    /* 9 million a day are 6 250 a minute, above the default of 6 000 (AWS's quotas) */
    assert_ok(run(&f,
                  "[plan]\nregion = us-east-1\nstart = 2026-12-01\nmonths = 1\n"
                  "paths = 32\n[workload chat]\nrequests_per_day = 9M\n"
                  "input_tokens = 100\noutput_tokens = 9\n" LITE "[rag]\n" TITAN,
                  2),
              f.err);
    const struct notes *n = &f.plan.workload[0].assumptions;
    bool said = false;
    for (size_t i = 0; i < n->count; i++)
        said |= strstr(n->text[i], "6,250 times a minute on average, above its default "
                                   "quota of 6,000") != NULL;
    assert_true(said);
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_corpus_is_embedded_once_and_its_changes_each_month),
        cmocka_unit_test(a_growing_corpus_costs_more_each_month),
        cmocka_unit_test(binary_vectors_take_a_bit_a_dimension),
        cmocka_unit_test(opensearch_has_a_floor_and_grows_by_whole_units),
        cmocka_unit_test(a_managed_base_embeds_and_reranks_for_nothing),
        cmocka_unit_test(hierarchical_chunks_bring_their_parents),
        cmocka_unit_test(semantic_chunks_are_read_once_more),
        cmocka_unit_test(parsers_are_paid_by_the_token_or_the_page),
        cmocka_unit_test(rerankers_are_paid_by_hundreds_of_chunks),
        cmocka_unit_test(questions_made_of_questions_are_calls_of_the_candidate),
        cmocka_unit_test(an_embedding_quota_that_is_too_small_is_said),
        cmocka_unit_test(bad_bases_are_refused),
        cmocka_unit_test(stores_at_a_stated_price_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
