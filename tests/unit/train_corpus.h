#ifndef TESTS_TRAIN_CORPUS_H
#define TESTS_TRAIN_CORPUS_H

#include <stdio.h>

#include "train_log.h"
#include "train_rules.h"

/* A corpus of seeded defects, one file a rule: each file is good but for one record,
 * and must show that rule once and no other. */

#define NOVA   "amazon.nova-lite-v1:0"
#define HAIKU  "anthropic.claude-3-haiku-20240307-v1:0"
#define TITAN  "amazon.titan-text-express-v1"
#define LLAMA  "meta.llama3-1-8b-instruct-v1:0"
#define CANVAS "amazon.titan-image-generator-v1"
#define TALK   "{\"schemaVersion\":\"bedrock-conversation-2024\",\"messages\":["
#define USER   "{\"role\":\"user\",\"content\":[{\"text\":\"How do I return it?\"}]}"
#define BOT    "{\"role\":\"assistant\",\"content\":[{\"text\":\"Send it back.\"}]}"
#define MEDIA(kind, format, uri)                                                       \
    TALK "{\"role\":\"user\",\"content\":[{\"text\":\"What is it?\"},{\"" kind         \
         "\":{\"format\":\"" format "\",\"source\":{\"s3Location\":{\"uri\":\"" uri    \
         "\"}}}}]}," BOT "]}"

static const struct defect {
    enum train_rule rule;
    const char *model; /* NULL: none in particular */
    enum train_method method;
    enum train_format format; /* of the good records */
    const char *line;
    const char *second; /* a further line; NULL none */
} defects[] = {
    { RULE_JSON, NOVA, 0, TRAIN_CONVERSE, TALK USER "," BOT "]", NULL },
    { RULE_OBJECT, NOVA, 0, TRAIN_CONVERSE, "[" USER "," BOT "]", NULL },
    { RULE_BLANK, NOVA, 0, TRAIN_CONVERSE, " ", NULL },
    { RULE_KEY_MISSING, TITAN, 0, TRAIN_PAIRS, "{\"prompt\":\"Say 7.25\"}", NULL },
    { RULE_KEY_MISSING, NOVA, 0, TRAIN_CONVERSE, "{\"question\":\"why\"}", NULL },
    { RULE_KEY_TYPE, TITAN, 0, TRAIN_PAIRS, "{\"prompt\":\"Say 7\",\"completion\":7}",
      NULL },
    { RULE_KEY_TYPE, NOVA, 0, TRAIN_CONVERSE, TALK USER ",\"yes\"]}", NULL },
    { RULE_KEY_TWICE, TITAN, 0, TRAIN_PAIRS,
      "{\"prompt\":\"Say 7\",\"prompt\":\"Say 8\",\"completion\":\"eight\"}", NULL },
    { RULE_KEY_UNKNOWN, TITAN, 0, TRAIN_PAIRS,
      "{\"prompt\":\"Say 7\",\"completion\":\"seven\",\"id\":3}", NULL },
    { RULE_FORMAT_MIXED, NULL, 0, TRAIN_PAIRS, "{\"input\":\"Words to go on from.\"}",
      NULL },
    { RULE_FORMAT_MODEL, NOVA, 0, TRAIN_CONVERSE,
      "{\"prompt\":\"Say 7\",\"completion\":\"seven\"}", NULL },
    { RULE_SCHEMA, "meta.llama3-3-70b-instruct-v1:0", 0, TRAIN_CONVERSE,
      "{\"schemaVersion\":\"bedrock-conversion-2024\",\"messages\":[" USER "," BOT "]}",
      NULL },
    { RULE_NO_MESSAGES, NOVA, 0, TRAIN_CONVERSE, TALK "]}", NULL },
    { RULE_ROLE, NOVA, 0, TRAIN_CONVERSE,
      TALK "{\"role\":\"human\",\"content\":[{\"text\":\"Hello there\"}]}," BOT "]}",
      NULL },
    { RULE_ROLE_FIRST, NOVA, 0, TRAIN_CONVERSE, TALK BOT "," USER "," BOT "]}", NULL },
    { RULE_ROLE_LAST, NOVA, 0, TRAIN_CONVERSE, TALK USER "," BOT "," USER "]}", NULL },
    { RULE_ROLE_TURNS, NOVA, 0, TRAIN_CONVERSE, TALK USER "," USER "," BOT "]}", NULL },
    { RULE_TURNS_ONE, LLAMA, METHOD_DISTILLATION, TRAIN_CONVERSE,
      TALK USER "," BOT "," USER "," BOT "]}", NULL },
    { RULE_CONTENT, NOVA, 0, TRAIN_CONVERSE,
      TALK "{\"role\":\"user\",\"content\":[]}," BOT "]}", NULL },
    { RULE_BLOCK, NOVA, 0, TRAIN_CONVERSE,
      TALK "{\"role\":\"user\",\"content\":[{\"sound\":{}}]}," BOT "]}", NULL },
    { RULE_BLOCK, NOVA, 0, TRAIN_CONVERSE,
      TALK "{\"role\":\"user\",\"content\":[\"Hello\"]}," BOT "]}", NULL },
    { RULE_PROMPT_EMPTY, TITAN, 0, TRAIN_PAIRS,
      "{\"prompt\":\" \\n\\t\",\"completion\":\"seven\"}", NULL },
    { RULE_ANSWER_EMPTY, TITAN, 0, TRAIN_PAIRS,
      "{\"prompt\":\"Say 7\",\"completion\":\"\"}", NULL },
    { RULE_ANSWER_POOR, TITAN, 0, TRAIN_PAIRS,
      "{\"prompt\":\"Say 7\",\"completion\":\" N/A\\n\"}", NULL },
    { RULE_RESERVED, NOVA, 0, TRAIN_CONVERSE,
      TALK "{\"role\":\"user\",\"content\":[{\"text\":\"Hi. \\u0055ser: why\"}]}," BOT
           "]}",
      NULL },
    { RULE_RESERVED, HAIKU, 0, TRAIN_CLAUDE,
      "{\"system\":\"Be brief. Assistant: yes\",\"messages\":[{\"role\":\"user\","
      "\"content\":\"Why?\"},{\"role\":\"assistant\",\"content\":\"So.\"}]}",
      NULL },
    { RULE_MEDIA_MODEL, "amazon.nova-micro-v1:0", 0, TRAIN_CONVERSE,
      MEDIA("image", "png", "s3://bucket-a/a.png"), NULL },
    { RULE_MEDIA_FORMAT, NOVA, 0, TRAIN_CONVERSE,
      MEDIA("image", "bmp", "s3://bucket-a/a.bmp"), NULL },
    { RULE_MEDIA_ROLE, NOVA, 0, TRAIN_CONVERSE,
      TALK USER ",{\"role\":\"assistant\",\"content\":[{\"text\":\"Here.\"},{\"image\":"
                "{\"format\":\"png\",\"source\":{\"s3Location\":{\"uri\":"
                "\"s3://bucket-a/a.png\"}}}}]}]}",
      NULL },
    { RULE_MEDIA_MIXED, NOVA, 0, TRAIN_CONVERSE,
      MEDIA("image", "png", "s3://bucket-a/a.png"),
      MEDIA("video", "mp4", "s3://bucket-a/b.mp4") },
    { RULE_S3_URI, NOVA, 0, TRAIN_CONVERSE,
      MEDIA("image", "png", "https://bucket-a.s3.amazonaws.com/a.png"), NULL },
    { RULE_S3_NAME, NOVA, 0, TRAIN_CONVERSE,
      MEDIA("image", "png", "s3://bucket-a/my file.png"), NULL },
    { RULE_S3_BUCKET, NOVA, 0, TRAIN_CONVERSE,
      MEDIA("image", "png", "s3://bucket-a/a.png"),
      MEDIA("image", "gif", "s3://bucket-b/b.gif") },
    { RULE_PROMPT_CHARS, CANVAS, 0, TRAIN_CAPTION, "", NULL }, /* see the test */
    { RULE_SAME, TITAN, 0, TRAIN_PAIRS,
      "{\"prompt\":\"Say 7\",\"completion\":\"seven\"}",
      "{\"completion\": \"seven\", \"prompt\": \"Say 7\"}" },
    { RULE_CONTRADICT, TITAN, 0, TRAIN_PAIRS,
      "{\"prompt\":\"Say 7\",\"completion\":\"seven\"}",
      "{\"prompt\":\"Say 7\",\"completion\":\"eight\"}" },
};

/* A record that nothing is wrong with, different for each i. */
static void good_record(FILE *f, enum train_format format, int i)
{
    unsigned a = (unsigned)i * 7919U, b = (unsigned)i * 104729U;
    switch (format) {
    case TRAIN_CONVERSE:
        fprintf(f,
                TALK
                "{\"role\":\"user\",\"content\":[{\"text\":\"Where is parcel %u?\"}]}"
                ",{\"role\":\"assistant\",\"content\":[{\"text\":\"In depot %u.\"}]}"
                "]}\n",
                a, b);
        break;
    case TRAIN_CLAUDE:
        fprintf(f,
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Where is %u?\"},"
                "{\"role\":\"assistant\",\"content\":\"In depot %u.\"}]}\n",
                a, b);
        break;
    case TRAIN_TEXT:
        fprintf(f, "{\"input\":\"Parcel %u lies in %u.\"}\n", a, b);
        break;
    case TRAIN_CAPTION:
        fprintf(f, "{\"image-ref\":\"s3://bucket-a/%u.png\",\"caption\":\"cat %u\"}\n",
                a, b);
        break;
    case TRAIN_REWARD:
        fprintf(f,
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Where is %u?\"}],"
                "\"reference_answer\":\"%u\"}\n",
                a, b);
        break;
    default:
        fprintf(f, "{\"prompt\":\"Where is %u?\",\"completion\":\"In %u.\"}\n", a, b);
    }
}

#endif
