#ifndef MODELS_BEDROCK_MARKUP_H
#define MODELS_BEDROCK_MARKUP_H

/* The little that is read of STS's XML and errors. */

#include <stdint.h>

#include "err.h"
#include "str.h"

/* What stands between the first <tag> and </tag>; empty where it is not. Entities are
 * left as they are: none occurs in ids, keys and dates. */
struct str xml_between(struct str xml, const char *tag);

#endif
