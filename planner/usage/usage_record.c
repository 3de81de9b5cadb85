#include "usage_record.h"

#include <string.h>

const char *usage_status_word(enum usage_status s)
{
    static const char *const word[] = {
#define X(name, text) [name] = text,
        USAGE_STATUS_LIST(X)
#undef X
    };
    return word[s];
}

/* Longest names first where one begins another. */
static const struct {
    const char *begins;
    enum usage_status status;
} codes[] = {
    { "Throttling", USAGE_THROTTLED },
    { "TooManyRequests", USAGE_THROTTLED },
    { "ServiceQuotaExceeded", USAGE_THROTTLED },
    { "ModelNotReady", USAGE_NOT_READY },
    { "AccessDenied", USAGE_ACCESS },
    { "Validation", USAGE_VALIDATION },
    { "ResourceNotFound", USAGE_NOT_FOUND },
    { "ModelTimeout", USAGE_TIMEOUT },
    { "ModelStreamError", USAGE_STREAM },
    { "ModelError", USAGE_SERVICE },
    { "InternalServer", USAGE_SERVICE },
    { "InternalFailure", USAGE_SERVICE },
    { "ServiceUnavailable", USAGE_SERVICE },
};

enum usage_status usage_status_of(struct str error_code)
{
    if (error_code.n == 0) return USAGE_OK;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        size_t n = strlen(codes[i].begins);
        if (error_code.n >= n && memcmp(error_code.p, codes[i].begins, n) == 0)
            return codes[i].status;
    }
    return USAGE_OTHER;
}

#define COMPARE(field)                                                                 \
    if (x->field != y->field) return x->field < y->field ? -1 : 1

int usage_record_order(const void *a, const void *b)
{
    const struct usage_record *x = a, *y = b;
    COMPARE(at_us);
    COMPARE(id);
    COMPARE(model);
    COMPARE(status);
    COMPARE(input);
    COMPARE(output);
    COMPARE(cached);
    COMPARE(written);
    COMPARE(max_tokens);
    COMPARE(latency_ms);
    return 0;
}

int usage_record_same(const struct usage_record *a, const struct usage_record *b)
{
    return a->id != 0 && usage_record_order(a, b) == 0;
}

uint32_t usage_hash(struct str text)
{
    uint64_t h = 0xcbf29ce484222325; /* FNV-1a */
    for (size_t i = 0; i < text.n; i++)
        h = (h ^ (unsigned char)text.p[i]) * 0x100000001b3;
    uint32_t folded = (uint32_t)(h ^ h >> 32);
    return folded ? folded : 1;
}

static bool same_text(struct str a, const char *b)
{
    return a.n == 0 ? *b == '\0' : strncmp(a.p, b, a.n) == 0 && b[a.n] == '\0';
}

static uint32_t *slot_of(const struct usage_models *m, struct str id, struct str region)
{
    size_t at = (usage_hash(id) * 31 + usage_hash(region)) & (m->slots - 1);
    for (;; at = (at + 1) & (m->slots - 1)) {
        uint32_t *slot = &m->slot[at];
        if (!*slot) return slot;
        const struct usage_model *found = &m->model[*slot - 1];
        if (same_text(id, found->id) && same_text(region, found->region)) return slot;
    }
}

static void rehash(struct usage_models *m)
{
    const size_t first_slots = 64;
    m->slots = m->slots ? 2 * m->slots : first_slots;
    m->slot = ARENA_NEW(m->arena, uint32_t, m->slots);
    for (size_t i = 0; i < m->count; i++)
        *slot_of(m, str_of(m->model[i].id), str_of(m->model[i].region)) =
            (uint32_t)i + 1;
}

enum err_code usage_models_index(uint16_t *out, struct usage_models *m, struct str id,
                                 struct str region, struct err *e)
{
    if (2 * m->count >= m->slots) rehash(m);
    uint32_t *slot = slot_of(m, id, region);
    if (!*slot) {
        if (m->count == USAGE_MAX_MODELS)
            return err_set(e, ERR_RANGE, "more than %d different models",
                           USAGE_MAX_MODELS);
        m->model = arena_grow(m->arena, m->model, &m->capacity, m->count + 1,
                              sizeof *m->model);
        m->model[m->count++] =
            (struct usage_model){ arena_text_n(m->arena, id.p, id.n),
                                  arena_text_n(m->arena, region.p, region.n) };
        *slot = (uint32_t)m->count;
    }
    *out = (uint16_t)(*slot - 1);
    return OK;
}

struct str usage_model_name(struct str id)
{
    static const char *const plain[] = { "inference-profile", "foundation-model" };
    if (id.n < 4 || memcmp(id.p, "arn:", 4) != 0) return id;
    const char *colon = memrchr(id.p, ':', id.n), *slash = memrchr(id.p, '/', id.n);
    if (!slash) return id;
    /* a model's own id has a colon: arn:…:foundation-model/amazon.nova-lite-v1:0 */
    while (colon > slash)
        colon = memrchr(id.p, ':', (size_t)(colon - id.p));
    struct str kind = { colon + 1, (size_t)(slash - colon) - 1 };
    struct str name = { slash + 1, id.n - (size_t)(slash - id.p) - 1 };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (str_eq(kind, plain[i])) return name;
    return (struct str){ kind.p, kind.n + 1 + name.n };
}
