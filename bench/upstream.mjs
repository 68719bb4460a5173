/**
 * The server behind the gate: reads each request to its end and answers as it was told last, by default with 512 bytes of JSON.
 * It holds every stream of a GET open, and writes an event to it now and then.
 */
import http from 'node:http';

/**
 * @typedef {object} Behaviour
 * @property {'json' | 'sse' | 'events' | 'stamped' | 'mixed'} answer `sse`: the answer as one event; `events`: a hundred reports of progress
 *   before it; `stamped`: one report, with the time at which it was written; `mixed`: JSON and events, by turns
 * @property {number} bytes of the answer
 * @property {number} eventEveryMs how often a stream that is opened from now on gets an event; 0: once, when it is opened
 */

const PORT = Number(process.argv[2]);
const SSE = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
const STAMP_MS = 1;
const REPORTS = 100;
const NEWS = frame({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'still here' } });

/** @type {Behaviour} */
let behaviour = { answer: 'json', bytes: 512, eventEveryMs: 0 };
let sessions = 0;

/** @param {object} message */
function frame(message) {
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`;
}

/** The number of a member of the request; the benchmark sends no others. @param {string} body @param {string} name */
function numberOf(body, name) {
  return Number(new RegExp(`"${name}":(\\d+)`).exec(body)?.[1] ?? Number.NaN);
}

/** @param {number} id @param {string} text */
const answerTo = (id, text) => ({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } });
/** Whole answers by id: to make a megabyte for each call would cost more than to pass it on. @type {Map<string, Buffer>} */
const made = new Map();

/** @param {number} id @param {(message: object) => string} write */
function wholeAnswer(id, write) {
  const key = `${id} ${write.name}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const empty = Buffer.byteLength(write(answerTo(id, '')));
  const answer = Buffer.from(write(answerTo(id, 'x'.repeat(Math.max(0, behaviour.bytes - empty)))));
  // A soak has an id for each of its calls.
  if (made.size < 100) made.set(key, answer);
  return answer;
}

/** @param {number} token @param {number} progress @param {string} message */
function report(token, progress, message) {
  return frame({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: token, progress, message },
  });
}

/** @param {string} body @param {http.ServerResponse} response */
function answerCall(body, response) {
  const id = numberOf(body, 'id');
  const token = numberOf(body, 'progressToken');
  const { answer } = behaviour;
  if (answer === 'json' || (answer === 'mixed' && id % 2 === 0)) {
    const json = wholeAnswer(id, JSON.stringify);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': json.length });
    response.end(json);
    return;
  }
  response.writeHead(200, SSE);
  if (answer === 'stamped') {
    response.flushHeaders();
    setTimeout(() => {
      response.write(report(token, 1, `at ${process.hrtime.bigint()}`));
      setTimeout(() => response.end(wholeAnswer(id, frame)), STAMP_MS);
    }, STAMP_MS);
    return;
  }
  if (answer === 'mixed') response.write(report(token, 1, 'halfway'));
  if (answer === 'events')
    for (let i = 1; i <= REPORTS; i++) response.write(report(token, i, `step ${i} of ${REPORTS}`));
  response.end(wholeAnswer(id, frame));
}

/** @param {string} body @param {http.ServerResponse} response */
function open(body, response) {
  const result = {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {}, logging: {} },
    serverInfo: { name: 'bench', version: '1' },
  };
  // The first session is the one that the load of all other rows calls in.
  const session = sessions++ === 0 ? 'bench-session' : `bench-session-${sessions}`;
  response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': session });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: numberOf(body, 'id'), result }));
}

/** @param {http.ServerResponse} response */
function listen(response) {
  response.writeHead(200, SSE);
  response.write(NEWS);
  const { eventEveryMs } = behaviour;
  if (eventEveryMs === 0) return;
  // Each by its own clock, so that they do not all come at once.
  const news = setInterval(() => response.write(NEWS), eventEveryMs);
  response.once('close', () => clearInterval(news));
}

const server = http.createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  if (request.method === 'GET') {
    listen(response);
    return;
  }
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.once('end', () => {
    const body = Buffer.concat(chunks).toString('latin1');
    if (body.includes('"initialize"')) open(body, response);
    else if (body.includes('"notifications/initialized"')) response.writeHead(202).end();
    else answerCall(body, response);
  });
});

/** @param {Partial<Behaviour>} next */
function behave(next) {
  behaviour = { ...behaviour, ...next };
  made.clear();
}

process.on('message', (message) => {
  if (message === 'close-idle') server.closeIdleConnections();
  else behave(/** @type {Partial<Behaviour>} */ (message));
  process.send?.('done');
});
server.listen(PORT, '127.0.0.1', () => process.send?.('listening'));
