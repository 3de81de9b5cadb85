// Answers every Converse call over HTTP/2, or HTTP/1.1 where that is all the other side
// speaks, and logs the version: node http2_server.mjs FOLDER (of key.pem and cert.pem)
import fs from 'fs';
import http2 from 'http2';

const folder = process.argv[2];
const server = http2.createSecureServer({
    key: fs.readFileSync(`${folder}/key.pem`),
    cert: fs.readFileSync(`${folder}/cert.pem`),
    allowHTTP1: true,
});
const answer = JSON.stringify({
    output: { message: { role: 'assistant', content: [{ text: 'hello there' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 7, outputTokens: 2, totalTokens: 9 },
    metrics: { latencyMs: 3 },
});
server.on('request', (request, response) => {
    request.resume();
    request.on('end', () => {
        console.log(request.httpVersion, request.method, request.url);
        response.setHeader('content-type', 'application/json');
        response.end(answer);
    });
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
setTimeout(() => process.exit(0), 30000);
