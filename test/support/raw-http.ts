/** An HTTP client that sends exactly the bytes it is given, well-formed or not. */
import { connect, type Socket } from 'node:net';

export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Interim responses that came before, such as 100. */
  readonly interim: readonly number[];
}

export interface RawRequest {
  readonly method?: string;
  readonly target?: string;
  /** In this order, with these spellings, as often as they stand here. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer | undefined;
  /** Sends the body in chunks of this size instead of with a length. */
  readonly chunked?: number;
  /** Sends the head alone and leaves the body out. */
  readonly headOnly?: boolean;
}

const LIMIT_MS = 10_000;

export function rawBytes(port: number, request: RawRequest): Buffer {
  const body = Buffer.from(request.body ?? '');
  const given = request.headers ?? [];
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  const headers = [...given];
  if (!names.has('host')) headers.unshift(['Host', `127.0.0.1:${port}`]);
  if (request.chunked !== undefined) headers.push(['Transfer-Encoding', 'chunked']);
  else if (!names.has('content-length') && request.method !== 'GET') {
    headers.push(['Content-Length', String(body.length)]);
  }
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = Buffer.from(`${request.method ?? 'POST'} ${request.target ?? '/mcp'} HTTP/1.1\r\n${lines}\r\n`);
  if (request.headOnly === true) return head;
  return Buffer.concat([head, request.chunked === undefined ? body : chunksOf(body, request.chunked)]);
}

export async function rawExchange(port: number, request: RawRequest): Promise<RawResponse> {
  return exchangeBytes(port, rawBytes(port, request));
}

/** Sends the bytes and reads nothing of what is answered, until the socket is destroyed. */
export function sendUnread(port: number, bytes: Buffer): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(bytes);
  return socket;
}

/** Sends the bytes and reads one final response to its end. */
export function exchangeBytes(port: number, bytes: Buffer): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1');
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => done(new Error(`no whole response, only: ${received.toString()}`)), LIMIT_MS);
    const done = (outcome: RawResponse | Error): void => {
      clearTimeout(timer);
      socket.destroy();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const response = parseResponse(received, false);
      if (response !== undefined) done(response);
    });
    socket.on('end', () => {
      done(parseResponse(received, true) ?? new Error(`closed after: ${received.toString()}`));
    });
    socket.on('error', (error) => done(parseResponse(received, true) ?? error));
    socket.write(bytes);
  });
}

function parseResponse(bytes: Buffer, ended: boolean, interim: readonly number[] = []): RawResponse | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const rest = bytes.subarray(headEnd + 4);
  if (status < 200 && status !== 101) return parseResponse(rest, ended, [...interim, status]);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const body = bodyOf(rest, headers, ended, status);
  return body === undefined ? undefined : { status, headers, body, interim };
}

function bodyOf(
  rest: Buffer,
  headers: Readonly<Record<string, string>>,
  ended: boolean,
  status: number,
): string | undefined {
  const length = headers['content-length'];
  if (length !== undefined) {
    return rest.length >= Number(length) ? rest.subarray(0, Number(length)).toString() : undefined;
  }
  if (headers['transfer-encoding'] === 'chunked') return dechunked(rest) ?? (ended ? rest.toString() : undefined);
  return ended || status === 202 || status === 204 ? rest.toString() : undefined;
}

function dechunked(bytes: Buffer): string | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString(), 16);
    if (size === 0) return Buffer.concat(parts).toString();
    if (bytes.length < lineEnd + 2 + size + 2) return undefined;
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

function chunksOf(body: Buffer, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size);
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}
