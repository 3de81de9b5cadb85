#ifndef MODELS_BEDROCK_CLIENT_PRIVATE_H
#define MODELS_BEDROCK_CLIENT_PRIVATE_H

/* What the client's files share: client.c (who and where), client_request.c (what is
 * sent), client_answer.c (what comes back). */

#include "aws_config.h"
#include "client.h"
#include "credentials.h"
#include "digest.h"
#include "eventstream.h"
#include "http.h"
#include "secret.h"
#include "sign.h"

enum { PREPARED_HEADERS = 8, ANSWER_MAX_BYTES = 64 << 20 };

/* Who we are: to Bedrock (where a bearer key may serve), or to the other services. */
struct identity {
    struct credentials credentials;
    struct secrets secrets;
    bool known;
    int64_t next_look_unix_s; /* not to look for fresh ones before */
};

struct client {
    struct arena arena;
    struct secrets config_secrets;
    struct aws_config config;
    const char *profile, *region, *endpoint_url;
    bool profile_asked, without_credentials;
    struct endpoint endpoint[AWS_SERVICE_COUNT];
    bool endpoint_known[AWS_SERVICE_COUNT];
    struct identity identity[2]; /* Bedrock's, the others' */
    struct sign_key key[AWS_SERVICE_COUNT];
    struct http *http;
    struct crypto *crypto;
    struct call *idle;
    struct buf url, path, authorization; /* of the request at hand */
    void (*say)(void *context, const char *line);
    void *say_context;
};

/* A request ready to be sent; its texts are the client's, until the next one. */
struct prepared {
    const char *method, *url, *path, *query;
    struct sign_header header[PREPARED_HEADERS];
    size_t headers;
    char time[SIGN_TIME_TEXT], host[280];
};

enum err_code client_prepare(struct prepared *out, struct client *c,
                             const struct aws_request *r, struct err *e);

/* NULL without an error: --dry-run without credentials. */
enum err_code client_identity(const struct credentials **out, struct client *c,
                              enum aws_service service, struct err *e);

void client_say(struct client *c, const char *fmt, ...) PRINTF(2, 3);

/* One request under way. */
struct call {
    struct call *next;
    struct client *client;
    enum aws_operation operation;
    struct aws_handler handler;
    struct eventstream stream;
    struct buf body, text; /* text: of the event at hand, where it had escapes */
    struct aws_answer answer;
    bool is_stream, saw_stop, saw_metadata;
    char error_type[160], date[48], stop_reason[64];
};

struct call *call_take(struct client *c, const struct aws_request *r,
                       struct aws_handler h);
struct http_sink call_sink(struct call *call);
void call_give_back(struct call *call);
void call_free(struct call *call);

/* Usage, latency and stop reason out of a JSON object of Converse's kind. */
void answer_read_json(struct call *call, struct str json);
/* One message of a stream; false: it failed, the reason is in the answer. */
bool answer_take_event(struct call *call, const struct eventstream_message *m,
                       int64_t at_ns);

#endif
