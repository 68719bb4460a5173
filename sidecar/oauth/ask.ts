/** One request to the server behind, whose whole answer is small: nothing of MCP. Redirects are answers. */
import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { connectionFailure } from '../upstream/http/connection-failure.ts';
import { lookupInPod } from '../upstream/http/connect-in-pod.ts';
import { UpstreamError, type UpstreamFailure } from '../upstream/upstream.ts';

const TIMEOUT_MS = 10_000;
/** Metadata, keys and pages to log in with. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** A connection for each question: they are rare, and one that is kept may die under the next. So many at a time, whoever asks. */
const LIMITS = { keepAlive: false, maxSockets: 16 };
const PLAIN = { request: http.request, agent: new http.Agent(LIMITS) };
const TLS = { request: https.request, agent: new https.Agent(LIMITS) };

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Question {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Buffer | undefined;
}

/** An address would not be looked up; the server reads its own in `Host` all the same. */
const inPod = ({ host }: URL) => ({
  ...{ hostname: 'localhost', lookup: lookupInPod, autoSelectFamily: true },
  headers: { host },
});

/** Only ever the origin of `server`, at either loopback address where it `isInPod`; rejects with an UpstreamError. */
export function ask(server: URL, { method, path, headers, body }: Question, isInPod = false): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request, agent } = server.protocol === 'https:' ? TLS : PLAIN;
    const at = isInPod ? inPod(server) : { hostname: server.hostname.replace(/^\[|\]$/g, ''), headers: {} };
    const asked = request({
      ...at,
      protocol: server.protocol,
      port: server.port,
      method,
      path,
      headers: { ...at.headers, ...headers, 'accept-encoding': 'identity', 'content-length': body?.length ?? 0 },
      agent,
    });
    const giveUp = (reason: UpstreamFailure, why: string): void => {
      clearTimeout(timer);
      asked.destroy();
      reject(new UpstreamError(reason, why));
    };
    const timer = setTimeout(() => giveUp('upstream-broken', `no answer in ${TIMEOUT_MS / 1000} s`), TIMEOUT_MS);
    asked.once('error', (error) => {
      const { reason, message } = connectionFailure(error, asked.writableFinished);
      giveUp(reason, message);
    });
    asked.once('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= MAX_ANSWER_BYTES) chunks.push(chunk);
        else giveUp('upstream-invalid', `its answer is larger than ${MAX_ANSWER_BYTES} bytes`);
      });
      response.once('error', (error) => giveUp('upstream-broken', error.message));
      response.once('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 502, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    asked.end(body);
  });
}
