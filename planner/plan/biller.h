#ifndef PLANNER_PLAN_BILLER_H
#define PLANNER_PLAN_BILLER_H

/* Under whose name AWS bills a model: its own, or that of a Marketplace product. */

struct biller {
    const char *seller; /* "Amazon Bedrock", "AWS Marketplace", or "not known" */
    const char *found;  /* where the line stands in Cost Explorer and on the invoice */
};

/* Source: how the AWS Price List sorts models into service codes (AmazonBedrock,
 * AmazonBedrockService; AmazonBedrockFoundationModels holds those billed through
 * Marketplace, as "<name> (Amazon Bedrock Edition)"), aws-samples'
 * sample-bedrock-spend-budget-guardrails@588b6259, 2026-08-20; and AWS's card of Claude
 * Opus 5.5: third-party models stand in Cost Explorer under the provider. */
struct biller biller_of(const char *model_id);

#endif
