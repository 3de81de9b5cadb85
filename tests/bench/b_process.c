/* Whole processes, as a user meets them: wall time and peak memory over several runs,
 * beside programs whose speed everybody knows. Prints a Markdown table.
 *     build/tests/b_process build/bedplan [plan.ini] */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ARGS = 12, MAX_RUNS = 40 };

struct job {
    const char *what;
    int runs;
    const char *argv[MAX_ARGS];
};

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static double ms_of(struct timeval t)
{
    return (double)t.tv_sec * 1e3 + (double)t.tv_usec * 1e-3;
}

/* -1 when it could not be run or failed */
static double once(const char *const *argv, double *cpu_ms, long *peak_kib)
{
    double start = now_ms();
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 1);
        dup2(null, 2);
        execvp(argv[0], (char *const *)(unsigned long)argv);
        _exit(127);
    }
    int status = 0;
    struct rusage used;
    if (pid < 0 || wait4(pid, &status, 0, &used) < 0 || status != 0) return -1;
    *cpu_ms = ms_of(used.ru_utime) + ms_of(used.ru_stime);
    *peak_kib = used.ru_maxrss > *peak_kib ? used.ru_maxrss : *peak_kib;
    return now_ms() - start;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double measure(const struct job *j, double unit_ms)
{
    double ms[MAX_RUNS], cpu_ms[MAX_RUNS];
    long peak_kib = 0;
    for (int i = 0; i < j->runs; i++) {
        ms[i] = once(j->argv, &cpu_ms[i], &peak_kib);
        if (ms[i] < 0) {
            printf("| %s | not installed, or failed | | | | |\n", j->what);
            return 0;
        }
    }
    qsort(ms, (size_t)j->runs, sizeof *ms, ascending);
    qsort(cpu_ms, (size_t)j->runs, sizeof *cpu_ms, ascending);
    double cpu = cpu_ms[j->runs / 2];
    printf("| %s | %.1f | %.1f | %.1f | %.1f | %.2f |\n", j->what, ms[0],
           ms[j->runs / 2], cpu, (double)peak_kib / 1024,
           unit_ms > 0 ? cpu / unit_ms : 1);
    return cpu;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: b_process BEDPLAN [plan.ini]\n");
        return 2;
    }
    const char *bedplan = argv[1], *plan = argc > 2 ? argv[2] : "plan.ini.example";
    const char *model = "amazon.nova-lite-v1:0";
    const struct job jobs[] = {
        { "sqlite3 :memory: 'select 1'", 40, { "sqlite3", ":memory:", "select 1" } },
        { "bedplan --version", 40, { bedplan, "--version" } },
        { "bedplan price",
          40,
          { bedplan, "price", model, "--input", "1155", "--output", "211" } },
        { "bedplan catalog show", 40, { bedplan, "catalog", "show", model } },
        { "bedplan catalog list", 20, { bedplan, "catalog", "list" } },
        { "jq --version", 20, { "jq", "--version" } },
        { "python3 -c pass", 10, { "python3", "-c", "pass" } },
        { "bedplan plan, 1 024 paths",
          5,
          { bedplan, "plan", plan, "--paths", "1024" } },
        { "bedplan plan, 2 048 paths",
          5,
          { bedplan, "plan", plan, "--paths", "2048" } },
        { "bedplan plan, 4 096 paths",
          5,
          { bedplan, "plan", plan, "--paths", "4096" } },
        { "bedplan plan, 8 192 paths",
          3,
          { bedplan, "plan", plan, "--paths", "8192" } },
        { "bedplan plan, 4 096 paths, 1 thread",
          3,
          { bedplan, "plan", plan, "--paths", "4096", "--threads", "1" } },
    };
    printf("| process | wall min ms | wall median ms | CPU median ms | peak MiB | CPU "
           "/ sqlite3 |\n");
    printf("|---|---|---|---|---|---|\n");
    double unit_ms = 0;
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        double median = measure(&jobs[i], unit_ms);
        if (i == 0) unit_ms = median;
    }
    return 0;
}
