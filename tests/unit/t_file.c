#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

struct fixture {
    char dir[32];
    struct arena arena;
    struct err e;
    struct file_out out;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f) return 1;
    strcpy(f->dir, "/tmp/t_file.XXXXXX");
    *state = f;
    return mkdtemp(f->dir) == NULL;
}

static void remove_tree(const char *dir)
{
    DIR *d = opendir(dir);
    char path[300];
    for (struct dirent *entry; d && (entry = readdir(d));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%.30s/%.255s", dir, entry->d_name);
        if (unlink(path)) remove_tree(path);
    }
    if (d) closedir(d);
    rmdir(dir);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    remove_tree(f->dir);
    arena_clear(&f->arena);
    free(f);
    return 0;
}

static const char *in(struct fixture *f, const char *name)
{
    return arena_printf(&f->arena, "%s/%s", f->dir, name);
}

static void put(const char *path, const char *bytes, size_t n)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static const char *get(struct fixture *f, const char *path)
{
    char *bytes = NULL;
    size_t n = 0;
    assert_ok(file_read(&bytes, &n, path, 1 << 20, &f->arena, &f->e), f->e);
    return bytes;
}

static int entries(const char *dir)
{
    DIR *d = opendir(dir);
    int n = -2; /* "." and ".." */
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

/* ---- in ---- */

static void reads_all_bytes_and_ends_them_with_nul(void **state)
{
    struct fixture *f = *state;
    char *bytes = NULL;
    size_t n = 0;
    put(in(f, "x"), "a\0b\n", 4);
    assert_ok(file_read(&bytes, &n, in(f, "x"), 4, &f->arena, &f->e), f->e);
    assert_int_equal(n, 4);
    assert_memory_equal(bytes, "a\0b\n", 5);
    put(in(f, "empty"), "", 0);
    assert_ok(file_read(&bytes, &n, in(f, "empty"), 0, &f->arena, &f->e), f->e);
    assert_int_equal(n, 0);
    assert_string_equal(bytes, "");
}

/* A pipe tells no size beforehand. */
static void reads_a_pipe_longer_than_its_first_guess(void **state)
{
    struct fixture *f = *state;
    enum { N = 300000 };
    int ends[2];
    char *bytes = NULL, *sent = malloc(N);
    size_t n = 0;
    for (int i = 0; i < N; i++)
        sent[i] = (char)(i % 251);
    assert_int_equal(pipe(ends), 0);
    assert_true(fcntl(ends[1], F_SETPIPE_SZ, N) >= N);
    assert_int_equal(write(ends[1], sent, N), N);
    close(ends[1]);
    char *path = arena_printf(&f->arena, "/proc/self/fd/%d", ends[0]);
    assert_ok(file_read(&bytes, &n, path, N, &f->arena, &f->e), f->e);
    assert_int_equal(n, N);
    assert_memory_equal(bytes, sent, N);
    close(ends[0]);
    free(sent);
}

static void refuses_what_it_cannot_read(void **state)
{
    struct fixture *f = *state;
    char *bytes = NULL;
    size_t n = 77;
    put(in(f, "x"), "12345", 5);
    struct {
        const char *path, *message;
        enum err_code code;
    } row[] = {
        { in(f, "none"), "none: No such file or directory", ERR_INPUT },
        { f->dir, "Is a directory", ERR_IO },
        { in(f, "x"), "x is larger than 4 bytes", ERR_INPUT },
        { "/dev/zero", "/dev/zero is larger than 4 bytes", ERR_INPUT },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        f->e = (struct err){ 0 };
        assert_int_equal(file_read(&bytes, &n, row[i].path, 4, &f->arena, &f->e),
                         row[i].code);
        assert_non_null(strstr(f->e.msg, row[i].message));
        assert_int_equal(n, 77);
    }
}

static void reads_standard_input(void **state)
{
    struct fixture *f = *state;
    int before = dup(0);
    put(in(f, "x"), "from stdin", 10);
    int fd = open(in(f, "x"), O_RDONLY);
    dup2(fd, 0);
    close(fd);
    const char *got = get(f, "-");
    dup2(before, 0);
    close(before);
    clearerr(stdin);
    assert_string_equal(got, "from stdin");
}

/* ---- out ---- */

static void a_new_file_appears_at_commit(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    mode_t before = umask(027);
    assert_ok(file_out_open(&f->out, in(f, "x"), &f->e), f->e);
    fputs("whole", f->out.stream);
    assert_int_not_equal(access(in(f, "x"), F_OK), 0);
    assert_ok(file_out_commit(&f->out, &f->e), f->e);
    umask(before);
    assert_string_equal(get(f, in(f, "x")), "whole");
    assert_int_equal(entries(f->dir), 1);
    assert_int_equal(stat(in(f, "x"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    file_out_abandon(&f->out); /* after commit: nothing */
    assert_string_equal(get(f, in(f, "x")), "whole");
}

static void an_old_file_is_replaced_and_keeps_its_mode(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    put(in(f, "x"), "old", 3);
    chmod(in(f, "x"), 0604);
    assert_ok(file_out_open(&f->out, in(f, "x"), &f->e), f->e);
    fputs("new", f->out.stream);
    assert_string_equal(get(f, in(f, "x")), "old");
    assert_ok(file_out_commit(&f->out, &f->e), f->e);
    assert_string_equal(get(f, in(f, "x")), "new");
    assert_int_equal(stat(in(f, "x"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0604);
    assert_int_equal(entries(f->dir), 1);
}

static void a_symbolic_link_stays_one(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    put(in(f, "x"), "old", 3);
    assert_int_equal(symlink("x", in(f, "link")), 0);
    assert_ok(file_out_open(&f->out, in(f, "link"), &f->e), f->e);
    fputs("new", f->out.stream);
    assert_ok(file_out_commit(&f->out, &f->e), f->e);
    assert_string_equal(get(f, in(f, "x")), "new");
    assert_int_equal(lstat(in(f, "link"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));
}

static void an_abandoned_file_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    put(in(f, "x"), "old", 3);
    assert_ok(file_out_open(&f->out, in(f, "x"), &f->e), f->e);
    fputs("half", f->out.stream);
    file_out_abandon(&f->out);
    assert_string_equal(get(f, in(f, "x")), "old");
    assert_int_equal(entries(f->dir), 1);
    file_out_abandon(&f->out); /* twice is fine */
}

static void two_writers_do_not_meet(void **state)
{
    struct fixture *f = *state;
    struct file_out other;
    assert_ok(file_out_open(&f->out, in(f, "x"), &f->e), f->e);
    assert_ok(file_out_open(&other, in(f, "x"), &f->e), f->e);
    fputs("first", f->out.stream);
    fputs("second", other.stream);
    assert_ok(file_out_commit(&other, &f->e), f->e);
    assert_string_equal(get(f, in(f, "x")), "second");
    assert_ok(file_out_commit(&f->out, &f->e), f->e);
    assert_string_equal(get(f, in(f, "x")), "first");
    assert_int_equal(entries(f->dir), 1);
}

/* A file-size limit stands for the full disk: writes fail half way. */
static void a_full_disk_leaves_the_old_file(void **state)
{
    struct fixture *f = *state;
    static const int sizes[] = { 20, 200000 }; /* seen at flush, and before */
    struct rlimit before, small;
    put(in(f, "x"), "old", 3);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 10;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        f->e = (struct err){ 0 };
        assert_ok(file_out_open(&f->out, in(f, "x"), &f->e), f->e);
        setrlimit(RLIMIT_FSIZE, &small);
        for (int k = 0; k < sizes[i]; k++)
            putc('n', f->out.stream);
        enum err_code code = file_out_commit(&f->out, &f->e);
        setrlimit(RLIMIT_FSIZE, &before);
        assert_int_equal(code, ERR_IO);
        assert_non_null(strstr(f->e.msg, f->dir));
        assert_string_equal(get(f, in(f, "x")), "old");
        assert_int_equal(entries(f->dir), 1);
    }
    signal(SIGXFSZ, SIG_DFL);
}

static void a_device_is_written_straight_and_may_be_full(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    assert_ok(file_out_open(&f->out, "/dev/full", &f->e), f->e);
    fputs("x", f->out.stream);
    assert_int_equal(file_out_commit(&f->out, &f->e), ERR_IO);
    assert_string_equal(f->e.msg, "writing /dev/full: No space left on device");
    assert_int_equal(stat("/dev/full", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
    f->e = (struct err){ 0 };
    assert_ok(file_out_open(&f->out, "/dev/null", &f->e), f->e);
    fputs("x", f->out.stream);
    assert_ok(file_out_commit(&f->out, &f->e), f->e);
    assert_ok(file_out_open(&f->out, "/dev/null", &f->e), f->e);
    file_out_abandon(&f->out);
    assert_int_equal(access("/dev/null", F_OK), 0);
}

static void a_place_that_cannot_be_written_is_said_at_once(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(file_out_open(&f->out, in(f, "none/x"), &f->e), ERR_IO);
    assert_non_null(strstr(f->e.msg, "none/x: No such file or directory"));
    f->e = (struct err){ 0 };
    assert_int_equal(file_out_open(&f->out, f->dir, &f->e), ERR_IO);
    assert_non_null(strstr(f->e.msg, "Is a directory"));
    char longer[5000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    f->e = (struct err){ 0 };
    assert_int_equal(file_out_open(&f->out, longer, &f->e), ERR_IO);
    assert_non_null(strstr(f->e.msg, "xxx"));
    assert_int_equal(entries(f->dir), 0);
}

static void a_commit_that_cannot_rename_cleans_up(void **state)
{
    struct fixture *f = *state;
    assert_ok(file_out_open(&f->out, in(f, "x"), &f->e), f->e);
    fputs("new", f->out.stream);
    assert_int_equal(mkdir(in(f, "x"), 0777), 0);
    assert_int_equal(file_out_commit(&f->out, &f->e), ERR_IO);
    assert_int_equal(entries(f->dir), 1); /* the directory */
}

/* Commits "result" with descriptor 1 being `fd`. */
static enum err_code commit_to_stdout(struct fixture *f, int fd)
{
    fflush(stdout);
    int before = dup(1);
    dup2(fd, 1);
    f->e = (struct err){ 0 };
    assert_ok(file_out_open(&f->out, "-", &f->e), f->e);
    fputs("result", f->out.stream);
    enum err_code code = file_out_commit(&f->out, &f->e);
    dup2(before, 1);
    close(before);
    close(fd);
    return code;
}

static void standard_output_is_checked_too(void **state)
{
    struct fixture *f = *state;
    int ends[2];
    assert_int_equal(commit_to_stdout(f, open(in(f, "x"), O_WRONLY | O_CREAT, 0666)),
                     OK);
    assert_string_equal(get(f, in(f, "x")), "result");
    enum err_code full = commit_to_stdout(f, open("/dev/full", O_WRONLY));
    __fpurge(stdout);
    clearerr(stdout);
    assert_int_equal(full, ERR_IO);
    assert_string_equal(f->e.msg, "writing stdout: No space left on device");

    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    enum err_code gone = commit_to_stdout(f, ends[1]);
    __fpurge(stdout);
    clearerr(stdout);
    signal(SIGPIPE, SIG_DFL);
    assert_int_equal(gone, ERR_PIPE);
    file_out_abandon(&f->out); /* stdout stays open */
    assert_int_equal(fflush(stdout), 0);
}

/* ---- directories ---- */

static void makes_the_directories_that_are_missing(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    static const char *const paths[] = { "a/b/c", "a/b/d/", "a", "a//b///e" };
    for (size_t i = 0; i < COUNT(paths); i++) {
        assert_ok(file_make_dirs(in(f, paths[i]), &f->e), f->e);
        assert_int_equal(stat(in(f, paths[i]), &st), 0);
        assert_true(S_ISDIR(st.st_mode));
    }
    assert_ok(file_make_dirs("/", &f->e), f->e);
    assert_ok(file_make_dirs(".", &f->e), f->e);
    put(in(f, "file"), "x", 1);
    assert_int_equal(file_make_dirs(in(f, "file"), &f->e), ERR_IO);
    assert_non_null(strstr(f->e.msg, "file: Not a directory"));
    f->e = (struct err){ 0 };
    assert_int_equal(file_make_dirs(in(f, "file/x"), &f->e), ERR_IO);
    f->e = (struct err){ 0 };
    assert_int_equal(file_make_dirs("", &f->e), ERR_IO);
    f->e = (struct err){ 0 };
    assert_int_equal(file_make_dirs("/proc/none/x", &f->e), ERR_IO);
    assert_non_null(strstr(f->e.msg, "creating /proc/none: "));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_all_bytes_and_ends_them_with_nul),
        TEST(reads_a_pipe_longer_than_its_first_guess),
        TEST(refuses_what_it_cannot_read),
        TEST(reads_standard_input),
        TEST(a_new_file_appears_at_commit),
        TEST(an_old_file_is_replaced_and_keeps_its_mode),
        TEST(a_symbolic_link_stays_one),
        TEST(an_abandoned_file_leaves_nothing),
        TEST(two_writers_do_not_meet),
        TEST(a_full_disk_leaves_the_old_file),
        TEST(a_device_is_written_straight_and_may_be_full),
        TEST(a_place_that_cannot_be_written_is_said_at_once),
        TEST(a_commit_that_cannot_rename_cleans_up),
        TEST(standard_output_is_checked_too),
        TEST(makes_the_directories_that_are_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
