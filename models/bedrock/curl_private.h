#ifndef MODELS_BEDROCK_CURL_PRIVATE_H
#define MODELS_BEDROCK_CURL_PRIVATE_H

/* libcurl through a table of function pointers: it drags some thirty libraries into
 * a process, so it is loaded by the first command that talks to AWS. */

#include <stddef.h>

#include <curl/curl.h>

#include "err.h"

struct curl_library {
    void *handle;
    CURLcode (*global_init)(long flags);
    void (*global_cleanup)(void);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *easy);
    CURLcode (*set)(CURL *easy, CURLoption option, ...);
    CURLcode (*info)(CURL *easy, CURLINFO info, ...);
    const char *(*words)(CURLcode code);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_cleanup)(CURLM *multi);
    CURLMcode (*multi_add)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_remove)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_set)(CURLM *multi, CURLMoption option, ...);
    CURLMcode (*multi_assign)(CURLM *multi, curl_socket_t socket, void *known);
    CURLMcode (*multi_act)(CURLM *multi, curl_socket_t socket, int mask, int *running);
    CURLMsg *(*multi_message)(CURLM *multi, int *left);
    const char *(*multi_words)(CURLMcode code);
    struct curl_slist *(*list_add)(struct curl_slist *list, const char *text);
    void (*list_free)(struct curl_slist *list);
};

/* Errors: ERR_IO libcurl is missing. */
NODISCARD enum err_code curl_library_open(struct curl_library *out, struct err *e);
void curl_library_close(struct curl_library *l);

#endif
