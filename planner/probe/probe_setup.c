#include "probe_setup.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "region.h"
#include "rng.h"
#include "run_name.h"
#include "text.h"

static void say_line(void *context, const char *line)
{
    struct app *app = context;
    if (app->opt.verbose) fprintf(stderr, "bedplan: %s\n", line);
}

static bool points_home(const char *url)
{
    struct uri u;
    struct err none = { 0 };
    return url && uri_parse(&u, url, &none) == OK && uri_host_is_loopback(u.host);
}

enum err_code probe_client(struct probe_setup *p, struct app *app, struct err *e)
{
    const struct probe_settings *s = p->set;
    struct client_options o = { .profile = s->profile,
                                .region = s->region,
                                .endpoint_url = s->endpoint_url,
                                .model = p->model,
                                .without_credentials = s->dry_run,
                                .say = app->opt.verbose ? say_line : NULL,
                                .say_context = app };
    struct err first = { 0 };
    enum err_code code = client_open(&p->client, &o, &first);
    if (code == ERR_USAGE && !s->region && points_home(s->endpoint_url)) {
        o.region = "us-east-1"; /* this machine is in no region; a name is signed */
        code = client_open(&p->client, &o, e);
    } else if (code) {
        code = err_set(e, first.code, "%s", first.msg);
    }
    const struct endpoint *at = NULL;
    if (code || client_endpoint(&at, p->client, AWS_BEDROCK_RUNTIME, e)) return e->code;
    p->endpoint = at->url;
    p->loopback = uri_host_is_loopback(at->uri.host);
    p->region = client_region(p->client);
    return OK;
}

/* Which options belong together. */
static enum err_code check_options(struct app *app, const struct probe_settings *s,
                                   struct err *e)
{
    bool counted = app_origin(app, "requests") != OPT_PRESET;
    bool open = s->rate > 0, closed = app_origin(app, "concurrency") != OPT_PRESET;
    if (s->for_ && counted)
        return err_set(e, ERR_USAGE, "--requests and --for exclude each other");
    if (open && closed)
        return err_set(e, ERR_USAGE,
                       "--rate (open loop) and --concurrency (closed loop) exclude "
                       "each other; --max-in-flight bounds an open loop");
    if (!open && app_origin(app, "arrivals") != OPT_PRESET)
        return err_set(e, ERR_USAGE, "--arrivals wants --rate");
    if ((s->prompt != NULL) + (s->text != NULL) + (s->usage != NULL) > 1)
        return err_set(e, ERR_USAGE, "--prompt, --text and --usage exclude each other");
    if ((s->prompt || s->text || s->usage) &&
        app_origin(app, "input_tokens") != OPT_PRESET)
        return err_set(e, ERR_USAGE,
                       "--input-tokens is the length of synthetic prompts; "
                       "it goes with none of --prompt, --text, --usage");
    if (s->save && s->no_save)
        return err_set(e, ERR_USAGE, "--save and --no-save exclude each other");
    return s->save ? probe_check_name(s->save, e) : OK;
}

/* Every connection is a file; the system's own limit for programs is often 1 024. */
static int64_t room_for_connections(int64_t wanted)
{
    enum { OWN_FILES = 64 };
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files)) return wanted;
    if (files.rlim_cur < (rlim_t)wanted + OWN_FILES) {
        files.rlim_cur = files.rlim_max < (rlim_t)wanted + OWN_FILES
                             ? files.rlim_max
                             : (rlim_t)wanted + OWN_FILES;
        (void)setrlimit(RLIMIT_NOFILE, &files);
        (void)getrlimit(RLIMIT_NOFILE, &files);
    }
    int64_t room = (int64_t)files.rlim_cur - OWN_FILES;
    return wanted < room ? wanted : room;
}

/* Rows of --tier. */
static enum tier tier_of(const struct probe_settings *s)
{
    static const enum tier row[] = { TIER_STANDARD, TIER_PRIORITY, TIER_FLEX,
                                     TIER_LATENCY_OPTIMIZED };
    return row[s->tier];
}

static const char *tier_word(enum tier tier)
{
    if (tier == TIER_PRIORITY) return "priority";
    if (tier == TIER_FLEX) return "flex";
    return NULL;
}

static uint64_t nonce_of_now(bool dry)
{
    struct timespec t;
    if (dry) return 0;
    clock_gettime(CLOCK_REALTIME, &t);
    return rng_key((uint64_t)t.tv_sec, (uint64_t)t.tv_nsec, (uint64_t)getpid());
}

static enum err_code make_prompts(struct probe_setup *p, struct app *app, struct err *e)
{
    const struct probe_settings *s = p->set;
    struct probe_prompt_settings o = {
        .path = s->prompt,
        .text = s->text,
        .usage = s->usage,
        .data = s->data,
        .input_tokens = s->input_tokens,
        .max_tokens = s->max_tokens,
        .unique_prefix = s->unique_prefix,
        .cache = s->cache,
        .cache_ttl = s->cache_ttl == 2   ? "1h"
                     : s->cache_ttl == 1 ? "5m"
                                         : NULL,
        .service_tier = tier_word(tier_of(s)),
        .latency = tier_of(s) == TIER_LATENCY_OPTIMIZED ? "optimized" : NULL,
        .image = s->image.text,
        .images = s->image.count,
        .document = s->document.text,
        .documents = s->document.count,
        .attachment_tokens = s->attachment_tokens,
        .model = p->model,
        .seed = app->opt.seed,
        .nonce = nonce_of_now(s->dry_run),
    };
    return probe_prompts_open(&p->prompts, &o, app->arena, e);
}

/* What the catalog knows against it: another endpoint, no images. */
static enum err_code check_model(struct probe_setup *p, struct app *app, struct err *e)
{
    struct catalog *c = NULL;
    struct model m;
    struct err unknown = { 0 };
    if (app_catalog(app, &c, e)) return e->code;
    if (p->loopback || catalog_model(&m, NULL, c, p->model, app->arena, &unknown))
        return OK;
    if (m.runtime == NO)
        return err_set(e, ERR_INPUT,
                       "%s is on the bedrock-mantle endpoint only; the probe speaks to "
                       "bedrock-runtime",
                       p->model);
    if (p->set->image.count && m.input[MODALITY_IMAGE] == NO)
        return err_set(e, ERR_INPUT, "%s does not read images", p->model);
    if (p->set->document.count && m.input[MODALITY_DOCUMENT] == NO)
        return err_set(e, ERR_INPUT, "%s does not read documents", p->model);
    if (!p->set->no_stream && m.streaming == NO)
        return err_set(e, ERR_INPUT, "%s does not stream; give --no-stream", p->model);
    if (m.profile_only == YES && !strchr(p->model, '/') && strcmp(m.id, p->model) == 0)
        app_warn(app,
                 "%s is called through an inference profile; its id starts with "
                 "a geography: us.%s",
                 p->model, p->model);
    return OK;
}

static enum err_code find_price(struct probe_setup *p, struct app *app, struct err *e)
{
    struct err why = { 0 };
    if (probe_price_find(&p->price, app, p->model, p->region, tier_of(p->set),
                         p->set->usd_per_mtok, &why, e))
        return e->code;
    if (p->price.priced || p->price.free || p->loopback) return OK;
    bool typed = why.code == ERR_NOT_FOUND && !text_starts(p->model, "arn:");
    return err_set(e, typed ? ERR_NOT_FOUND : ERR_UNPRICED,
                   "%s; --usd-per-mtok IN,OUT says what it costs", why.msg);
}

static enum err_code make_order(struct probe_setup *p, struct app *app, struct err *e)
{
    const struct probe_settings *s = p->set;
    struct probe_order *o = &p->order;
    *o = (struct probe_order){ .model = p->model,
                               .stream = !s->no_stream,
                               .open_loop = s->rate > 0,
                               .requests = s->for_ ? 0 : s->requests,
                               .concurrency = s->concurrency,
                               .warmup = s->warmup,
                               .cache = s->cache,
                               .timeout_ms = (int64_t)(s->timeout_s * 1e3),
                               .drain_ns = (int64_t)(s->drain_s * 1e9),
                               .prompts = &p->prompts,
                               .price = &p->price };
    if (s->for_ && probe_duration(&o->for_ns, s->for_, e))
        return err_wrap(e, "--for: ");
    int64_t most = o->open_loop ? s->max_in_flight : o->concurrency;
    int64_t room = room_for_connections(most);
    if (room < most)
        app_warn(app,
                 "this system lets a program have %lld connections, %lld were "
                 "asked for; see 'ulimit -n'",
                 (long long)room, (long long)most);
    o->max_in_flight = o->concurrency = room;
    if (!o->open_loop) return OK;
    return probe_schedule_make(&o->schedule, s->rate, (enum probe_arrivals)s->arrivals,
                               o->requests, o->for_ns, app->opt.seed, app->arena, e);
}

static void make_meta(struct probe_setup *p, struct app *app)
{
    const struct probe_settings *s = p->set;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t unix_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    const char *name =
        s->save ? s->save : run_name(p->model, "", "probe", unix_ms, app->arena);
    p->meta = (struct probe_meta){
        .name = s->no_save ? "" : name,
        .model = p->model,
        .region = p->region,
        .endpoint = p->endpoint,
        .prompt = p->prompts.shown,
        .price = p->price.basis,
        .stream = p->order.stream,
        .open_loop = p->order.open_loop,
        .cache = p->order.cache,
        .priced = p->price.priced,
        .free_of_charge = p->price.free,
        .poisson = s->arrivals == PROBE_POISSON,
        .concurrency = p->order.concurrency,
        .requests = p->order.requests,
        .for_ns = p->order.for_ns,
        .max_tokens = s->max_tokens,
        .seed = app->opt.seed,
        .warmup = s->warmup,
        .rate_per_s = s->rate,
        .started_unix_ms = unix_ms,
    };
}

enum err_code probe_setup_make(struct probe_setup *out, struct app *app,
                               const char *model, const struct probe_settings *s,
                               struct err *e)
{
    *out = (struct probe_setup){ .set = s, .model = model };
    if (check_options(app, s, e) || probe_client(out, app, e) ||
        check_model(out, app, e) || find_price(out, app, e) ||
        make_prompts(out, app, e) || make_order(out, app, e) ||
        probe_worst(&out->worst, &out->worst_known, &out->order, e))
        return e->code;
    make_meta(out, app);
    return OK;
}

enum err_code probe_setup_cap(struct probe_setup *p, struct app *app, struct err *e)
{
    const char *text = p->set->max_usd;
    struct usd_rate cap;
    struct usd worst;
    char shown[USD_TEXT], wanted[USD_TEXT];
    if (text && usd_rate_parse(&cap, text, 1, e)) return err_wrap(e, "--max-usd: ");
    if (!p->price.priced) return OK;
    if (usd_round(&worst, p->worst, e)) return e->code;
    if (p->worst_known)
        app_note(app, "costs %s USD at most (%s)", usd_show(shown, worst),
                 p->price.basis);
    if (!text && p->loopback) return OK;
    if (!text)
        return err_set(e, ERR_USAGE,
                       "this probe costs money, %s%s; give the most it may cost with "
                       "--max-usd",
                       p->worst_known ? usd_text(shown, worst) : "no telling how much",
                       p->worst_known ? " USD at most" : "");
    p->order.capped = true;
    p->order.cap.ausd = (i128)cap.pusd * 1000000;
    if (p->worst_known && p->worst.ausd > p->order.cap.ausd)
        return err_set(e, ERR_CAP,
                       "the worst case costs %s USD, --max-usd allows %s: nothing was "
                       "sent; ask for less (--requests, --max-tokens) or allow more",
                       usd_text(shown, worst), usd_rate_text(wanted, cap));
    return OK;
}
