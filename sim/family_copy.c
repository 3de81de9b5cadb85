/* Members that repeat what was seen. */
#include "copies.h"
#include "family_private.h"

enum { DRIFT_STEPS = 100 }; /* of a series without season */

static size_t drift_window(const struct family *f)
{
    size_t m = family_season(f, LONGEST);
    return m ? 2 * m : DRIFT_STEPS;
}

void member_copy(double *out, const struct member *m, const struct family *f,
                 struct arena *scratch)
{
    const double *y = f->s->y;
    size_t season = family_season(f, m->season), h = f->horizon;
    double *work = m->copy == COPY_PROFILE ? ARENA_NEW(scratch, double, season) : NULL;
    for (size_t k = 0; k < f->cuts; k++, out += h) {
        size_t n = f->cut[k];
        switch (m->copy) {
        case COPY_LAST:
            copy_last(out, h, y, n);
            break;
        case COPY_DRIFT:
            copy_drift(out, h, y, n, drift_window(f));
            break;
        case COPY_MEAN:
            copy_mean(out, h, y, n, season, m->seasons);
            break;
        case COPY_MEDIAN:
            copy_median(out, h, y, n, season, m->seasons);
            break;
        case COPY_CORRECTED:
            copy_corrected(out, h, y, n, season);
            break;
        case COPY_PROFILE:
            copy_profile(out, h, y, n, season, family_season(f, SHORTEST), work);
            break;
        }
    }
}
