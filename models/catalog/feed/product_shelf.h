#ifndef CATALOG_FEED_PRODUCT_SHELF_H
#define CATALOG_FEED_PRODUCT_SHELF_H

/* The products of a price list, until their prices come in the file's other half: in
 * memory up to a fixed number, the rest in a temporary file. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum { PRODUCT_SKU = 24 };

/* A few numbers: a world file has hundreds of thousands. */
struct product {
    char sku[PRODUCT_SKU];
    uint32_t usage, prefix, region, said; /* texts of the list, by number */
    bool priced;
};

struct product_shelf;

/* `most` products are kept in memory. */
NODISCARD enum err_code product_shelf_open(struct product_shelf **out, size_t most,
                                           struct err *e);
void product_shelf_close(struct product_shelf *s); /* NULL: nothing */

/* Errors: ERR_INPUT "SKU … is there twice", of this or an earlier one; ERR_DB. */
NODISCARD enum err_code product_shelf_add(struct product_shelf *s,
                                          const struct product *p, struct err *e);
/* Ready to be asked; doubles are found, as above. After further products, once more. */
NODISCARD enum err_code product_shelf_seal(struct product_shelf *s, struct err *e);

/* `*out` NULL: no such product. It lives until the next call. The product counts as
 * priced from then on. Complexity: constant in memory, logarithmic in the file. */
NODISCARD enum err_code product_shelf_find(const struct product **out,
                                           struct product_shelf *s, const char *sku,
                                           struct err *e);

/* How many there are, and how many were never found (of those in the file, at least).
 */
int64_t product_shelf_count(const struct product_shelf *s);
int64_t product_shelf_unpriced(const struct product_shelf *s);

#endif
