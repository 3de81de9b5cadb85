#ifndef USAGE_SQL_H
#define USAGE_SQL_H

/* The query behind `usage sql`. Its answer is rows of
 *
 *   kind,name,region,k1,k2,n,x,y,z
 *
 *   span                     k1 first, k2 last (us since 1970), n requests that ran
 *   side    input|output     k1 min, k2 max, n total, x coefficient of variation
 *   sum     cached|written   n tokens
 *   quantile input|output    k1 per mille, n tokens
 *   number  interarrival_cv, length_correlation, log_length_correlation     x
 *   window                   k1 seconds, k2 arrivals, n whole windows with so many
 *   second                   k1 arrivals, n seconds with so many (not 0)
 *   minute                   k1 minute from the first request on, n requests
 *   hour                     k1 unix seconds, n requests, x throttled, y, z tokens
 *   cell                     k1 input, k2 output bucket, n requests, x, y tokens
 *   model   id, region       k1 failed, k2 throttled, n requests, x, y, z tokens
 *                            (input, output, cached)
 *   error   errorCode        n requests */

#include <stdio.h>

enum sql_engine { SQL_ATHENA, SQL_DUCKDB };

void usage_sql(FILE *f, enum sql_engine engine, const char *from);

#endif
