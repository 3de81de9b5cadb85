#ifndef TESTS_AWS_ENVIRONMENT_H
#define TESTS_AWS_ENVIRONMENT_H

/* A process without any setting of AWS's, and a home directory of its own. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static char aws_home[64];

static inline void aws_environment_clear(void)
{
    for (char **p = environ; *p;) {
        char name[128];
        size_t n = strcspn(*p, "=");
        bool aws = strncmp(*p, "AWS_", 4) == 0 || strstr(*p, "_proxy=") ||
                   strstr(*p, "_PROXY=");
        if (!aws || n >= sizeof name) {
            p++;
            continue;
        }
        memcpy(name, *p, n);
        name[n] = '\0';
        unsetenv(name); /* moves the rest down */
    }
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
}

/* A fresh home; the files in it are written by aws_file(). */
static inline void aws_environment_open(void)
{
    aws_environment_clear();
    snprintf(aws_home, sizeof aws_home, "/tmp/bedplan-aws-XXXXXX");
    if (!mkdtemp(aws_home)) abort();
    setenv("HOME", aws_home, 1);
}

static inline void aws_environment_close(void)
{
    static const char *const files[] = { ".aws/sso/cache", ".aws/sso", ".aws", "." };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[160];
        static const char *const names[] = { "config", "credentials", "token",
                                             "helper" };
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            snprintf(path, sizeof path, "%s/%s/%s", aws_home, files[i], names[k]);
            unlink(path);
        }
        snprintf(path, sizeof path, "%s/%s", aws_home, files[i]);
        rmdir(path);
    }
    rmdir(aws_home);
}

/* ".aws/config" and its directories. */
static inline void aws_file(const char *name, const char *text, mode_t mode)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", aws_home, name);
    for (char *slash = path + strlen(aws_home) + 1; (slash = strchr(slash, '/'));
         slash++) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *f = fopen(path, "w");
    if (!f) abort();
    fputs(text, f);
    fclose(f);
    chmod(path, mode);
}

#endif
