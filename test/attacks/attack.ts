/** One attack: bytes that a stranger or a caller without the right sends to the port of the gate, and what stands for success in them. */
import { ENVELOPE, JSON_HEADERS, LEGACY, MODERN, legacyHeaders, modernHeaders } from '../support/messages.ts';
import { type RawRequest, rawBytes } from '../support/raw-http.ts';

export interface Attack {
  readonly name: string;
  readonly bytes: Buffer;
  /** Hangs up behind its bytes. */
  readonly hangsUp?: true;
}

/** What no rule of the policy lets anybody use; each stands for a kind of target. */
export const FORBIDDEN = {
  tool: 'danger',
  prompt: 'leak',
  resource: 'file:///secret/key.pem',
} as const;

/** The port is nowhere in the bytes: Host names without one are served as well. */
const ANY_PORT = 0;
const HOST: readonly [string, string] = ['Host', '127.0.0.1'];

type Era = 'legacy' | 'modern';
export const ERAS: readonly Era[] = ['legacy', 'modern'];

export function raw(name: string, bytes: string | Buffer, more: Partial<Attack> = {}): Attack {
  return { name, bytes: Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'latin1'), ...more };
}

export function http(name: string, request: RawRequest, more: Partial<Attack> = {}): Attack {
  const headers = request.headers ?? JSON_HEADERS;
  const hasHost = headers.some(([header]) => header.toLowerCase() === 'host');
  return raw(name, rawBytes(ANY_PORT, { ...request, headers: hasHost ? headers : [HOST, ...headers] }), more);
}

/** The body of a call of the forbidden tool, as the era writes it. */
export function dangerIn(era: Era): string {
  const params = { name: FORBIDDEN.tool, arguments: {}, ...(era === 'modern' ? { _meta: ENVELOPE } : {}) };
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
}

/** Headers of a call that claims to be about a tool that is allowed. */
export function headersOf(era: Era, method = 'tools/call', name: string | undefined = 'echo'): [string, string][] {
  return era === 'modern' ? modernHeaders(method, name) : legacyHeaders();
}

export function legacy(name: string, body: string | Buffer, headers: [string, string][] = []): Attack {
  return http(name, { headers: [...JSON_HEADERS, ['MCP-Protocol-Version', LEGACY], ...headers], body });
}

export function modern(name: string, body: string | Buffer, method = 'tools/call', about = 'echo'): Attack {
  return http(name, { headers: modernHeaders(method, about), body });
}

/** The same message in both eras; `params` gets what the era needs. */
export function both(name: string, method: string, params: Record<string, unknown>, about = 'echo'): Attack[] {
  const body = (more: object): string =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, ...more } });
  return [
    legacy(`${name} (legacy)`, body({})),
    modern(`${name} (${MODERN})`, body({ _meta: ENVELOPE }), method, about),
  ];
}
