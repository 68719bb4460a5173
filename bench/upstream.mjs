/** The server behind the gate: reads each request to its end and gives a fixed answer of 512 bytes. */
import http from 'node:http';

const PORT = Number(process.argv[2]);
const ANSWER_BYTES = 512;

/** @param {string} text */
const answer = (text) => JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } });
const body = Buffer.from(answer('x'.repeat(ANSWER_BYTES - answer('').length)));
const headers = {
  'content-type': 'application/json',
  'content-length': body.length,
  'mcp-session-id': 'bench-session',
};

const server = http.createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, headers);
    response.end(body);
  });
});
server.listen(PORT, '127.0.0.1', () => process.send?.('listening'));
