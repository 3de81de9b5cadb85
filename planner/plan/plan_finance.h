#ifndef PLANNER_PLAN_FINANCE_H
#define PLANNER_PLAN_FINANCE_H

/* The page for finance: a part of the report, or alone as Markdown. */

#include "plan.h"

struct finance_page {
    FILE *f;
    bool html; /* else Markdown */
};

/* Errors: bridge_build(). */
NODISCARD enum err_code plan_finance(const struct finance_page *page,
                                     const struct plan *p, struct err *e);

#endif
