#ifndef TUNE_TRAIN_BLOCKS_H
#define TUNE_TRAIN_BLOCKS_H

/* Content of a Converse message: text, image and video blocks. */

#include "train_walk.h"

/* `content` is an array of blocks. */
void blocks_check(struct train_walk *w, uint32_t content, enum text_kind kind);

/* The bucket of "s3://bucket/key"; false when it is no such address. */
bool blocks_bucket(char out[64], const char *uri);

/* A text that is s3://bucket/key. */
void blocks_address(struct train_walk *w, uint32_t node);

#endif
