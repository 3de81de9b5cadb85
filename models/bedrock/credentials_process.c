/* credential_process: a command of the user's own whose stdout is JSON. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "credentials_private.h"

extern char **environ;

/* Splits a command as a shell would: blanks, '…', "…" with \" and \\, \x. No variables,
 * no globs, as with the AWS CLI. NULL: an unclosed quote. */
static char **split(const char *command, struct arena *a)
{
    size_t n = 0, capacity = 0;
    char **word = NULL;
    for (const char *p = command;;) {
        while (*p == ' ' || *p == '\t' || *p == '\n')
            p++;
        if (!*p) break;
        char *out = ARENA_NEW(a, char, strlen(p) + 1), *at = out;
        for (char quote = 0; *p && (quote || !strchr(" \t\n", *p)); p++) {
            if (!quote && (*p == '\'' || *p == '"')) {
                quote = *p;
            } else if (*p == quote) {
                quote = 0;
            } else {
                bool escape = *p == '\\' && p[1] &&
                              (!quote || (quote == '"' && strchr("\"\\", p[1])));
                if (escape) p++;
                *at++ = *p;
            }
            if (quote && !p[1]) return NULL;
        }
        word = arena_grow(a, word, &capacity, n + 2, sizeof *word);
        word[n++] = out;
        word[n] = NULL;
    }
    return word;
}

static pid_t start(char **word, int *output, struct err *e)
{
    int pipes[2];
    pid_t pid = -1;
    posix_spawn_file_actions_t actions;
    if (pipe2(pipes, O_CLOEXEC) != 0) {
        err_set(e, ERR_IO, "no pipe: %s", strerror(errno));
        return -1;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
    int failed = posix_spawnp(&pid, word[0], &actions, NULL, word, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pipes[1]);
    if (failed) {
        close(pipes[0]);
        err_set(e, ERR_CREDENTIALS, "credential_process: %s: %s", word[0],
                strerror(failed));
        return -1;
    }
    *output = pipes[0];
    return pid;
}

static enum err_code run(struct buf *out, char **word, struct err *e)
{
    int output = -1, status = 0;
    char part[4096];
    pid_t pid = start(word, &output, e);
    if (pid < 0) return e->code;
    for (;;) {
        ssize_t got = read(output, part, sizeof part);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        buf_add(out, part, (size_t)got);
    }
    secret_wipe(part, sizeof part);
    close(output);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFSIGNALED(status)) {
        return err_set(e, ERR_CREDENTIALS,
                       "credential_process: %s was ended by signal %d", word[0],
                       WTERMSIG(status));
    }
    if (WEXITSTATUS(status) != 0) {
        return err_set(e, ERR_CREDENTIALS,
                       "credential_process: %s ended with status %d", word[0],
                       WEXITSTATUS(status));
    }
    return OK;
}

static enum err_code read_keys(struct credentials *out, struct finder *f,
                               struct str text, const char *program, struct err *e)
{
    struct credentials c = { .provider = arena_printf(f->arena, "credential_process %s",
                                                      program) };
    const char *expires = NULL;
    cJSON *json = cJSON_ParseWithLength(text.p, text.n);
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(json, "Version");
    if (!cJSON_IsObject(json)) {
        err_set(e, ERR_CREDENTIALS, "credential_process: %s printed no JSON", program);
        goto done;
    }
    if (!cJSON_IsNumber(version) || version->valueint != 1) {
        err_set(e, ERR_CREDENTIALS, "credential_process: %s: \"Version\" is not 1",
                program);
        goto done;
    }
    if (keep_json_text(&c.access_key_id, f, json, "AccessKeyId", e) ||
        keep_json_text(&c.secret_access_key, f, json, "SecretAccessKey", e) ||
        keep_json_text(&c.session_token, f, json, "SessionToken", e) ||
        keep_json_text(&c.account, f, json, "AccountId", e) ||
        keep_json_text(&expires, f, json, "Expiration", e)) {
        goto done;
    }
    c.expires_unix_s = expiry_of(expires);
    if (!c.access_key_id || !c.secret_access_key)
        err_set(e, ERR_CREDENTIALS, "credential_process: %s gave no keys", program);
    else if (c.expires_unix_s <= f->in->now_unix_s)
        err_set(e, ERR_CREDENTIALS,
                "credential_process: %s gave keys that expired at %s", program,
                expires);
    else
        *out = c;
done:
    json_wipe(json);
    return e->code;
}

enum err_code from_process(struct credentials *out, bool *found, struct finder *f,
                           const char *profile, struct err *e)
{
    const char *command = aws_profile_get(f->in->config, profile, "credential_process");
    struct buf text = { .max = SECRET_REPLY_BYTES };
    if (!command) return OK;
    char **word = split(command, f->arena);
    if (!word) {
        return err_set(e, ERR_CREDENTIALS,
                       "profile '%s': credential_process has an unclosed quote",
                       profile);
    }
    secret_buf_reserve(&text, SECRET_REPLY_BYTES);
    if (run(&text, word, e) == OK)
        *found = read_keys(out, f, (struct str){ text.p, text.n }, word[0], e) == OK;
    secret_buf_clear(&text);
    return e->code;
}
