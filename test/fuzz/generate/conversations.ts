/**
 * What somebody without any right can do to a port: requests right and wrong, in pieces, one behind the other, given up in the middle,
 * with Hosts that are none, upgrades, tunnels, and what is no HTTP at all.
 */
import { INITIALIZE } from '../../support/messages.ts';
import type { Random } from '../random.ts';
import { mutate } from './mutate.ts';
import { generateConnection } from './requests.ts';

/** How the client ends it: not at all, by closing its side, or by a reset. */
export type Ending = 'keep' | 'end' | 'reset';
export const ENDINGS: readonly Ending[] = ['keep', 'end', 'reset'];

export interface Conversation {
  readonly bytes: Buffer;
  /** Where it is cut into pieces that are sent one after the other. */
  readonly cuts: readonly number[];
  readonly ending: Ending;
}

const HOSTS = [
  ...['localhost', '127.0.0.1', '[::1]', 'localhost:8484', '127.0.0.1:99999', 'localhost:65536', '[::1]:70000'],
  ...[
    'localhost:',
    'localhost:-1',
    'localhost:0',
    ':80',
    '',
    ' ',
    '[',
    '[::',
    '[::1',
    '[fe80::1%25eth0]',
    '::1',
    '%00',
  ],
  ...[
    'a b',
    'localhost/..',
    'localhost#',
    'localhost?',
    'user@localhost',
    '\u00e9',
    'xn--',
    'localhost:80:80',
    '0x7f.1',
  ],
  ...['localhost:000000000000080', 'a'.repeat(300), `localhost:${'9'.repeat(400)}`, 'LOCALHOST:99999', '127.1:1'],
];
const WELL_KNOWN = '/.well-known';
const TARGETS = [
  ...[
    '/mcp',
    '/',
    '*',
    '//',
    '///',
    '/mcp?sessionId=a',
    '/mcp?sessionId=a&sessionId=b',
    '/mcp?sessionId=%',
    '/mcp#',
    '',
  ],
  ...[`${WELL_KNOWN}/oauth-protected-resource`, `${WELL_KNOWN}/oauth-protected-resource/mcp`, '/register', '/token'],
  ...[
    `${WELL_KNOWN}/oauth-authorization-server`,
    `/mcp${WELL_KNOWN}/openid-configuration`,
    '/authorize?a=%zz',
    '/revoke',
  ],
  ...[
    '/metrics',
    '/readyz',
    '/healthz',
    '/drain',
    '/approvals',
    '/approvals/%',
    '/approvals/%ff%fe',
    '/approvals/a/b/c',
  ],
  ...['/approvals/__proto__', '/approvals//', '/inject', '/inject?timeout=10s', '/validate', '/tokens', '/v1/report'],
  ...['/v1/approvals', '/v1/approvals/a', '/v1/approvals/a?unless=Pending&wait=1e9', '/v1/approvals/a/consume', '//['],
  ...[
    'http://[',
    'http://localhost:99999/mcp',
    'http://user:pass@localhost/mcp',
    'localhost:99999',
    '/\ud83d\ude00',
    '/%',
    '/%00',
  ],
  ...['/..%2f..', '/.\\..', `/${'a'.repeat(9_000)}`, `/mcp?${'a=b&'.repeat(2_000)}`, 'example.com:443'],
];
const METHODS = ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT', 'CONNECT', 'TRACE', 'PATCH', 'PRI', 'get', 'QUERY'];
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/0.9',
  'HTTP/x',
  '',
];
const HEADERS: readonly (readonly [string, string])[] = [
  ...([
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Upgrade', 'h2c'],
    ['Connection', 'close'],
    ['Connection', 'keep-alive, host'],
    ['Expect', '100-continue'],
    ['Expect', 'nothing'],
    ['Transfer-Encoding', 'chunked'],
    ['Transfer-Encoding', 'gzip, chunked'],
    ['Content-Length', '0'],
    ['Content-Length', '99999999'],
    ['Content-Length', '-1'],
  ] as const),
  ...([
    ['Origin', 'null'],
    ['Origin', 'https://app.example.com'],
    ['Access-Control-Request-Method', 'POST'],
    ['Access-Control-Request-Headers', 'x\u00e9, \u00ff'],
    ['Authorization', 'Bearer x'],
    ['Authorization', 'Bearer eyJhbGciOiJub25lIn0.eyJhdWQiOlsic2FsbHlwb3J0Il19.x'],
    ['Authorization', 'Basic %'],
    ['Authorization', 'Bearer '],
    ['Cookie', '=;;=\u00ff'],
    ['Accept', 'text/event-stream'],
    ['Content-Type', 'application/json'],
    ['Content-Type', ''],
  ] as const),
  ...([
    ['traceparent', '00-0-0-00'],
    ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['Last-Event-ID', '\u00ff'],
    ['Mcp-Session-Id', '\u0001'],
    ['Mcp-Session-Id', 'a'],
    ['MCP-Protocol-Version', '2026-07-28'],
    ['Mcp-Method', 'subscriptions/listen'],
    ['Host', 'evil.example'],
    ['Forwarded', 'for="'],
    ['X', 'y'.repeat(17_000)],
    ['HTTP2-Settings', 'AAMAAABk'],
    ['Proxy-Connection', 'x'],
  ] as const),
];
const BODIES = [
  ...[
    '',
    '{}',
    '[]',
    'null',
    '"',
    INITIALIZE,
    '{"decision":"Approved"}',
    '{"kind":"AdmissionReview"}',
    '{"__proto__":1}',
  ],
  ...[
    '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","kind":{},"operation":"CREATE"}}',
  ],
  ...[
    '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","kind":{"group":"","version":"v1","kind":"Pod"},"namespace":"a","operation":"CREATE","object":{"metadata":{"labels":[1]},"spec":{"containers":[null]}}}}',
  ],
  ...[
    '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","kind":{"group":"sallyport.dev","version":"v1alpha1","kind":"PolicyPack"},"namespace":"a","operation":"UPDATE","object":{"spec":{"tools":[{"names":["*"],"effect":"Allow"}]}}}}',
  ],
  ...['5\r\nhello\r\n0\r\n\r\n', 'ffffffffffffffff\r\n', '['.repeat(5_000), '{"a":'.repeat(2_000)],
];
/** No HTTP: the beginning of TLS, of HTTP/2, of SSH, of a proxy protocol, and none of these. */
const OTHERS = [
  Buffer.from('16030100c8010000c40303', 'hex'),
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from('SSH-2.0-x\r\n'),
  Buffer.from('PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n'),
  Buffer.alloc(70_000, '\r\n'),
  Buffer.alloc(40_000, 'A'),
  Buffer.from([0, 255, 0, 255]),
];
const CUT_SHORT = 6;

export function generateConversation(random: Random): Conversation {
  const whole = bytesOf(random);
  const bytes = random.oneIn(CUT_SHORT) ? whole.subarray(0, random.below(whole.length + 1)) : whole;
  const cuts = random.oneIn(4) ? [random.below(bytes.length + 1), random.below(bytes.length + 1)] : [];
  return { bytes, cuts: cuts.toSorted((a, b) => a - b), ending: random.oneIn(3) ? random.pick(ENDINGS) : 'keep' };
}

function bytesOf(random: Random): Buffer {
  switch (random.below(8)) {
    case 0:
      return generateConnection(random);
    case 1:
      return random.oneIn(2) ? random.pick(OTHERS) : Buffer.concat([requestOf(random), random.pick(OTHERS)]);
    case 2:
      return mutate(requestOf(random), requestOf(random), random);
    case 3:
      return Buffer.concat([requestOf(random), requestOf(random), requestOf(random)]);
    default:
      return requestOf(random);
  }
}

function requestOf(random: Random): Buffer {
  const body = Buffer.from(random.oneIn(2) ? random.pick(BODIES) : '');
  const headers: (readonly [string, string])[] = random.oneIn(12) ? [] : [['Host', random.pick(HOSTS)]];
  if (body.length > 0 && !random.oneIn(6)) headers.push(['Content-Length', String(body.length)]);
  if (random.oneIn(2)) headers.push(['Content-Type', 'application/json']);
  for (let more = random.below(4); more > 0; more--) headers.push(random.pick(HEADERS));
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = `${random.pick(METHODS)} ${random.pick(TARGETS)} ${random.pick(VERSIONS)}\r\n${lines}\r\n`;
  // The targets have letters of UTF-8 in them as well.
  return Buffer.concat([Buffer.from(head, random.oneIn(2) ? 'latin1' : 'utf8'), body]);
}
