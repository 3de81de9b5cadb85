#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

/* cmocka with the four headers it wants first, and the few things it lacks. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* |got - want| <= tolerance × max(1, |want|) */
#define assert_close(got, want, tolerance)                                             \
    do {                                                                               \
        double got_ = (got), want_ = (want);                                           \
        double scale_ = fabs(want_) > 1 ? fabs(want_) : 1;                             \
        if (!(fabs(got_ - want_) <= (tolerance)*scale_)) {                             \
            print_error("got %.17g, wanted %.17g\n", got_, want_);                     \
            fail();                                                                    \
        }                                                                              \
    } while (0)

/* The call succeeds; its message is shown when not. */
#define assert_ok(call, e)                                                             \
    do {                                                                               \
        if ((call) != OK) {                                                            \
            print_error("%s\n", (e).msg);                                              \
            fail();                                                                    \
        }                                                                              \
    } while (0)

#endif
