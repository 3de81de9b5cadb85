#ifndef CATALOG_FEED_ACCOUNT_H
#define CATALOG_FEED_ACCOUNT_H

/* What an account is shown, saved as the AWS CLI would print it, for the importer. */

#include "control.h"
#include "feed_mirror.h"

struct feed_account {
    const char *region;
    struct provisioned_model *provisioned; /* what it has bought */
    size_t count;
};

/* Models, profiles and quotas become files of `m`. `profile` and `region` NULL: as the
 * AWS CLI finds them. Errors: ERR_CREDENTIALS, ERR_NET, ERR_USAGE. */
NODISCARD enum err_code account_fetch(struct feed_account *out, struct mirror *m,
                                      struct app *app, const char *profile,
                                      const char *region, const char *endpoint_url,
                                      struct err *e);

#endif
