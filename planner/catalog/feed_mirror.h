#ifndef CATALOG_FEED_MIRROR_H
#define CATALOG_FEED_MIRROR_H

/* Where the files of a catalog update come from: AWS's public price list, or a folder
 * that somebody filled on another machine. */

#include "app.h"
#include "feed.h"

struct mirror_file {
    const char *path; /* on this machine */
    const char *name; /* for people: "AmazonBedrock us-east-1 20260901205051" */
};

struct mirror {
    struct mirror_file *file;
    size_t count, capacity;
    int64_t unchanged;  /* price lists that were imported before */
    int64_t bytes;      /* that came over the net */
    const char *folder; /* of downloads; "" none */
};

/* All JSON and CSV files in a folder and those below it, in the order of their names;
 * indexes of the price list are left out. Errors: ERR_INPUT none there. */
NODISCARD enum err_code mirror_of_folder(struct mirror *out, const char *folder,
                                         struct arena *a, struct err *e);

/* Price lists of all Bedrock codes that are newer than what was imported, downloaded
 * beside the overlay. `base` is "https://pricing.us-east-1.amazonaws.com"; `regions` is
 * a list with commas, NULL all. Errors: ERR_NET, ERR_IO; what came so far is kept for
 * the next time. */
NODISCARD enum err_code mirror_of_aws(struct mirror *out, struct app *app,
                                      const char *base, const char *regions,
                                      struct err *e);

/* Another file. The texts live as long as the arena. */
void mirror_add(struct mirror *m, const char *path, const char *name, struct arena *a);
/* Where downloads go: "…/bedplan/download". */
const char *mirror_folder(struct app *app);

/* After the import downloads are of no more use, but for lists without a price: only
 * their file says that they were seen. `r` has a result for each file. */
void mirror_clear(const struct mirror *m, const struct feed_result *r);

#endif
