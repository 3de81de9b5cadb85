#include "parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MAX_THREADS = 64 };

struct crew {
    atomic_size_t next;
    size_t jobs;
    void (*job)(void *, size_t, int);
    void *context;
};

struct worker {
    struct crew *crew;
    int number;
};

static void *work(void *argument)
{
    struct worker *w = argument;
    struct crew *c = w->crew;
    for (size_t i; (i = atomic_fetch_add(&c->next, 1)) < c->jobs;)
        c->job(c->context, i, w->number);
    return NULL;
}

void parallel_run(size_t jobs, int threads,
                  void (*job)(void *context, size_t number, int thread), void *context)
{
    struct crew crew = { .jobs = jobs, .job = job, .context = context };
    struct worker worker[MAX_THREADS];
    pthread_t id[MAX_THREADS];
    int started = 0;
    if (threads > MAX_THREADS) threads = MAX_THREADS;
    for (int i = 1; i < threads; i++) {
        worker[i] = (struct worker){ &crew, i };
        /* fewer threads than wished only take longer */
        if (pthread_create(&id[started], NULL, work, &worker[i]) != 0) break;
        started++;
    }
    worker[0] = (struct worker){ &crew, 0 };
    work(&worker[0]);
    for (int i = 0; i < started; i++)
        pthread_join(id[i], NULL);
}

int parallel_processors(int most)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    if (n < 1) n = 1;
    return n < most ? (int)n : most;
}
