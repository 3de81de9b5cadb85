#include "product_shelf.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "catalog_db_private.h"
#include "intern.h"

/* Where a product is, and 32 bits of its SKU's hash: another product's line of memory
 * is fetched once in four thousand million. */
struct slot {
    uint32_t number, tag; /* number + 1; 0: empty */
};

struct product_shelf {
    struct product *product;
    size_t count, capacity, most;
    struct slot *slot;
    size_t slots, indexed; /* products that have their slot */
    size_t next;           /* terms mostly come in the order of the products */
    int64_t all;           /* in memory and in the file */
    int64_t priced;
    sqlite3 *db; /* NULL: nothing has been put away */
    sqlite3_stmt *put, *get;
    struct product found;
};

enum { FIRST_PRODUCTS = 512, SLOTS_A_PRODUCT = 2, AHEAD = 16 };

enum err_code product_shelf_open(struct product_shelf **out, size_t most, struct err *e)
{
    struct product_shelf *s = calloc(1, sizeof *s);
    if (!s) return err_set(e, ERR_INTERNAL, "out of memory");
    s->most = most;
    *out = s;
    return OK;
}

void product_shelf_close(struct product_shelf *s)
{
    if (!s) return;
    sqlite3_finalize(s->put);
    sqlite3_finalize(s->get);
    sqlite3_close(s->db);
    free(s->product);
    free(s->slot);
    free(s);
}

static uint64_t hash_of(const char *sku)
{
    return hash_bytes(sku, strlen(sku), 0);
}

/* The SKU's slot, or the empty one that it would have. */
static struct slot *slot_at(const struct product_shelf *s, const char *sku, uint64_t h)
{
    uint32_t tag = (uint32_t)(h >> 32);
    size_t i = h & (s->slots - 1);
    for (; s->slot[i].number; i = (i + 1) & (s->slots - 1))
        if (s->slot[i].tag == tag &&
            strcmp(s->product[s->slot[i].number - 1].sku, sku) == 0)
            break;
    s->slot[i].tag = tag;
    return &s->slot[i];
}

static enum err_code grow(struct product_shelf *s, struct err *e)
{
    size_t wanted = s->capacity ? s->capacity * 2 : FIRST_PRODUCTS;
    if (wanted > s->most) wanted = s->most;
    struct product *product = realloc(s->product, wanted * sizeof *product);
    if (!product) return err_set(e, ERR_INTERNAL, "out of memory");
    s->product = product;
    s->capacity = wanted;
    return OK;
}

static enum err_code make_slots(struct product_shelf *s, struct err *e)
{
    size_t slots = s->slots ? s->slots : SLOTS_A_PRODUCT;
    while (slots < s->count * SLOTS_A_PRODUCT)
        slots *= 2;
    if (slots == s->slots) return OK;
    free(s->slot);
    s->slot = calloc(slots, sizeof *s->slot);
    s->slots = s->slot ? slots : 0;
    s->indexed = 0;
    return s->slot ? OK : err_set(e, ERR_INTERNAL, "out of memory");
}

/* All at once, asking for memory ahead: one by one, between parsing, each product waits
 * for its slot. */
static enum err_code build_index(struct product_shelf *s, struct err *e)
{
    uint64_t ahead[AHEAD];
    if (make_slots(s, e)) return e->code;
    for (size_t i = s->indexed; i < s->count + AHEAD; i++) {
        if (i >= s->indexed + AHEAD) {
            size_t n = i - AHEAD;
            struct slot *at = slot_at(s, s->product[n].sku, ahead[n % AHEAD]);
            if (at->number)
                return err_set(e, ERR_INPUT, "SKU %s is there twice",
                               s->product[n].sku);
            at->number = (uint32_t)n + 1;
        }
        if (i >= s->count) continue;
        ahead[i % AHEAD] = hash_of(s->product[i].sku);
        __builtin_prefetch(&s->slot[ahead[i % AHEAD] & (s->slots - 1)], 1);
    }
    s->indexed = s->count;
    return OK;
}

/* A nameless file that SQLite removes itself; a crash leaves nothing to mend. */
static enum err_code open_file(struct product_shelf *s, struct err *e)
{
    if (sqlite3_open("", &s->db) != SQLITE_OK) return db_failed(s->db, e);
    if (db_exec(s->db,
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                " PRAGMA cache_size = -4096;"
                " CREATE TABLE product (sku TEXT PRIMARY KEY, usage INT, prefix INT,"
                " region INT, said INT) WITHOUT ROWID; BEGIN",
                e) ||
        db_prepare(&s->put, s->db, "INSERT INTO product VALUES (?1, ?2, ?3, ?4, ?5)",
                   e))
        return e->code;
    return db_prepare(&s->get, s->db,
                      "SELECT usage, prefix, region, said FROM product WHERE sku = ?1",
                      e);
}

static int by_sku(const void *a, const void *b)
{
    return strcmp(((const struct product *)a)->sku, ((const struct product *)b)->sku);
}

/* In order: the tree's pages are then filled one after the other. */
static enum err_code put_away(struct product_shelf *s, struct err *e)
{
    if (!s->db && open_file(s, e)) return e->code;
    qsort(s->product, s->count, sizeof *s->product, by_sku);
    for (size_t i = 0; i < s->count; i++) {
        const struct product *p = &s->product[i];
        const uint32_t number[] = { p->usage, p->prefix, p->region, p->said };
        sqlite3_reset(s->put);
        sqlite3_bind_text(s->put, 1, p->sku, -1, SQLITE_STATIC);
        for (int k = 0; k < 4; k++)
            sqlite3_bind_int64(s->put, k + 2, number[k]);
        int rc = sqlite3_step(s->put);
        if (rc == SQLITE_CONSTRAINT)
            return err_set(e, ERR_INPUT, "SKU %s is there twice", p->sku);
        if (rc != SQLITE_DONE) return db_failed(s->db, e);
    }
    s->count = s->indexed = 0;
    if (s->slots) memset(s->slot, 0, s->slots * sizeof *s->slot);
    return OK;
}

enum err_code product_shelf_add(struct product_shelf *s, const struct product *p,
                                struct err *e)
{
    if (s->count == s->most && put_away(s, e)) return e->code;
    if (s->count == s->capacity && grow(s, e)) return e->code;
    s->product[s->count++] = *p;
    s->all++;
    return OK;
}

enum err_code product_shelf_seal(struct product_shelf *s, struct err *e)
{
    if (s->db) return s->count ? put_away(s, e) : OK;
    return build_index(s, e);
}

static struct product *find_here(struct product_shelf *s, const char *sku)
{
    /* the same SKU again, or the next one */
    for (size_t i = s->next; i < s->count && i < s->next + 2; i++) {
        if (strcmp(s->product[i].sku, sku) != 0) continue;
        s->next = i;
        return &s->product[i];
    }
    assert(s->indexed == s->count);
    if (!s->count) return NULL;
    const struct slot *at = slot_at(s, sku, hash_of(sku));
    if (!at->number) return NULL;
    s->next = at->number - 1;
    return &s->product[s->next];
}

enum err_code product_shelf_find(const struct product **out, struct product_shelf *s,
                                 const char *sku, struct err *e)
{
    struct product *here = find_here(s, sku);
    bool row = false;
    *out = here;
    if (here) {
        s->priced += !here->priced;
        here->priced = true;
        return OK;
    }
    if (!s->db || strlen(sku) >= PRODUCT_SKU) return OK;
    if (strcmp(s->found.sku, sku) == 0) { /* another term of the last one */
        *out = &s->found;
        return OK;
    }
    sqlite3_reset(s->get);
    sqlite3_bind_text(s->get, 1, sku, -1, SQLITE_STATIC);
    if (db_step(s->get, &row, e) || !row) return e->code;
    memcpy(s->found.sku, sku, strlen(sku) + 1);
    s->found.usage = (uint32_t)sqlite3_column_int64(s->get, 0);
    s->found.prefix = (uint32_t)sqlite3_column_int64(s->get, 1);
    s->found.region = (uint32_t)sqlite3_column_int64(s->get, 2);
    s->found.said = (uint32_t)sqlite3_column_int64(s->get, 3);
    s->priced++;
    *out = &s->found;
    return OK;
}

int64_t product_shelf_count(const struct product_shelf *s)
{
    return s->all;
}

int64_t product_shelf_unpriced(const struct product_shelf *s)
{
    return s->all > s->priced ? s->all - s->priced : 0;
}
