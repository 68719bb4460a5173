/**
 * What Sallyport is compared with: the least a proxy of node:http and undici can do. It reads nothing, decides nothing and
 * records nothing; it streams the request to the server and the answer back, and drops hop-by-hop headers.
 */
import http from 'node:http';
import { Pool } from 'undici';

const [PORT, UPSTREAM_PORT] = process.argv.slice(2).map(Number);
const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'host'],
]);

const pool = new Pool(`http://127.0.0.1:${UPSTREAM_PORT}`, {
  // As many as there are streams, as the gate does.
  connections: null,
  pipelining: 1,
  allowH2: false,
  keepAliveTimeout: 30_000,
  keepAliveMaxTimeout: 60_000,
  headersTimeout: 0,
  bodyTimeout: 0,
});

/** @param {string[]} raw @returns {string[]} */
function forwarded(raw) {
  const kept = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = /** @type {string} */ (raw[i]);
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, String(raw[i + 1]));
  }
  return kept;
}

/** One answer on its way back. */
class Forward {
  /** @param {http.ServerResponse} response */
  constructor(response) {
    this.response = response;
  }

  onRequestStart() {}

  /** @param {unknown} _controller @param {number} status @param {http.IncomingHttpHeaders} headers */
  onResponseStart(_controller, status, headers) {
    this.response.writeHead(status, headers);
  }

  /** @param {import('undici').Dispatcher.DispatchController} controller @param {Buffer} chunk */
  onResponseData(controller, chunk) {
    if (this.response.write(chunk)) return;
    controller.pause();
    this.response.once('drain', () => controller.resume());
  }

  onResponseEnd() {
    this.response.end();
  }

  onResponseError() {
    if (this.response.headersSent) this.response.destroy();
    else this.response.writeHead(502).end();
  }
}

const server = http.createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  pool.dispatch(
    {
      method: /** @type {import('undici').Dispatcher.HttpMethod} */ (request.method),
      path: request.url ?? '/',
      headers: forwarded(request.rawHeaders),
      body: request,
    },
    new Forward(response),
  );
});
server.listen(PORT, '127.0.0.1', () => process.send?.('listening'));
