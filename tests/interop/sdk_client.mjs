// AWS's SDK against the loopback Bedrock of aws_sdk.sh: request 0 is fine, 1 is refused, 2 and
// 3 fail in the stream, 4 has a wrong checksum, 5 is a plain Converse.
import { createRequire } from 'module';
import assert from 'assert/strict';
const require = createRequire(process.env.AWS_SDK_NODE + '/node_modules/');
const { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } = require('@aws-sdk/client-bedrock-runtime');
const { NodeHttpHandler } = require('@smithy/node-http-handler');

const client = new BedrockRuntimeClient({ endpoint: process.argv[2], maxAttempts: 1,
    requestHandler: new NodeHttpHandler() });
const ask = { modelId: 'amazon.nova-lite-v1:0', messages: [{ role: 'user', content: [{ text: 'hello' }] }] };

async function stream() {
    const seen = { text: '', reasoning: 0, events: 0 };
    const answer = await client.send(new ConverseStreamCommand(ask));
    for await (const event of answer.stream) {
        seen.events++;
        const delta = event.contentBlockDelta?.delta;
        if (delta?.text) seen.text += delta.text;
        if (delta?.reasoningContent) seen.reasoning++;
        if (event.messageStop) seen.stop = event.messageStop.stopReason;
        if (event.metadata) seen.metadata = event.metadata;
    }
    return seen;
}

const fine = await stream();
assert.equal(fine.text, ' word'.repeat(16));
assert.equal(fine.reasoning, 4);
assert.equal(fine.stop, 'end_turn');
assert.equal(fine.metadata.usage.inputTokens, 100);
assert.equal(fine.metadata.usage.outputTokens, 40);
assert.equal(fine.metadata.metrics.latencyMs, 140);
await assert.rejects(stream, (e) => e.name === 'ThrottlingException' && e.$metadata.httpStatusCode === 429);
await assert.rejects(stream, (e) => e.name === 'ModelStreamErrorException');
await assert.rejects(stream, (e) => e.name === 'ThrottlingException');
await assert.rejects(stream, /checksum/i);
const plain = await client.send(new ConverseCommand(ask));
assert.equal(plain.output.message.content[0].text, ' word'.repeat(20));
assert.equal(plain.usage.totalTokens, 140);
console.log('the SDK reads the loopback Bedrock');
process.exit(0); // an answer that broke keeps its connection, and Node waits for it
