#ifndef PROBE_CHARTS_H
#define PROBE_CHARTS_H

/* Charts of a run. */

#include "app.h"
#include "plot.h"
#include "probe_result.h"

enum probe_chart { PROBE_CHART_ECDF, PROBE_CHART_TIMELINE };

/* Share of requests that took at most so long, with its 95 % band; or each request at
 * its start, failures apart. False when there is nothing to draw. Owns: the arena. */
bool probe_chart(struct plot *out, enum probe_chart which, const struct probe_result *r,
                 const struct probe_record *record, size_t count, struct arena *a);

/* DIR/ecdf.svg and DIR/timeline.svg. Errors: ERR_PLOT, ERR_IO. */
NODISCARD enum err_code probe_charts(const struct probe_result *r,
                                     const struct probe_record *record, size_t count,
                                     const char *dir, struct app *app, struct err *e);

#endif
