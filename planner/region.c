#include "region.h"

#include <stdlib.h>

const char *region_asked(const struct app *app, const char *option)
{
    static const char *const variables[] = { "AWS_REGION", "AWS_DEFAULT_REGION" };
    if (app_origin(app, "region") != OPT_PRESET) return option;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value) return value;
    }
    return option;
}
