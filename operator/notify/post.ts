/**
 * One POST to somebody else's endpoint. Nothing of what it is sent to or with comes into an error: a URL of a web hook is a password.
 * Redirects are not followed: where a message goes is said by whoever runs the operator, and by nobody else.
 */
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { NotTakenError } from './channel.ts';

export interface Target {
  readonly url: string;
  /** Authorities that vouch for it, as PEM, in the place of those that Node trusts. Default: those. */
  readonly ca?: string | undefined;
  /** Of an HTTP proxy that is asked to CONNECT. Default: none. */
  readonly proxy?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  /** The beginning of it: more is read of nobody. */
  readonly text: string;
}

export interface Request {
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 10_000;
/** Slack sends the message back, each letter that is not ASCII as six bytes: cut, it would not be known to be taken, and be sent again and again. */
const MAX_ANSWER_BYTES = 512 * 1024;

/** Rejects with a NotTakenError where no answer came. */
export async function post(target: Target, { headers, body, signal }: Request): Promise<Answer> {
  const { origin, pathname, search, protocol } = urlOf(target.url);
  const dispatcher = dispatcherFor(target, protocol);
  try {
    const response = await dispatcher.request({
      ...{ origin, path: `${pathname}${search}`, method: 'POST', body },
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'sallyport', ...headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await beginningOf(response.body);
    return { status: response.statusCode, headers: response.headers, text };
  } catch (error) {
    throw error instanceof NotTakenError ? error : new NotTakenError(whyOf(error), { again: 'Later' });
  } finally {
    // One message a connection: they are rare, and a kept one would be of the proxy or the certificate of yesterday.
    void dispatcher.destroy().catch(() => {});
  }
}

function dispatcherFor({ ca, proxy }: Target, protocol: string): Dispatcher {
  const connect = { timeout: TIMEOUT_MS, ...(ca === undefined ? {} : { ca }) };
  const limits = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, maxHeaderSize: 16 * 1024, connections: 1 };
  if (proxy === undefined) return new Agent({ connect, ...limits });
  // Only to where TLS leads: a proxy that reads messages could as well send its own.
  const proxyTunnel = protocol === 'https:';
  return new ProxyAgent({ uri: proxy, requestTls: connect, proxyTunnel, ...limits });
}

function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new NotTakenError('its URL is none of http or https; write it anew into the Secret of the channel', {
      again: 'Later',
    });
  return url;
}

async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString();
}

/** Codes of Node and undici, such as ECONNREFUSED: their messages name addresses, which belong to the URL. */
function whyOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown };
  const inner = (cause as { code?: unknown } | undefined)?.code;
  const why = [code, inner, name].find((word) => typeof word === 'string' && word !== '');
  return `no answer came (${typeof why === 'string' ? why : 'unknown error'})`;
}
