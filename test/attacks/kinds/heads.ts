/** The head of a request: hosts, targets, methods, versions, and headers that say something else than the body. */
import { dangerIn, ERAS, type Attack, headersOf, http, raw } from '../attack.ts';
import { JSON_HEADERS } from '../../support/messages.ts';

const HOSTS: readonly string[] = [
  ...['', ' ', 'localhost:99999', 'localhost:65536', 'localhost:0', 'localhost:-1', 'localhost:', 'localhost:80:80'],
  ...[
    'localhost:8o',
    'localhost:０',
    '127.0.0.1:99999',
    '[::1]:99999',
    '[::1',
    '::1',
    '[::1]x',
    '[::1%25eth0]',
    '[::1%lo]',
  ],
  ...['127.1', '0x7f.0.0.1', '2130706433', '017700000001', '0.0.0.0', '127.0.0.1.', 'localhost.', 'LOCALHOST:99999'],
  ...['localhost@evil.example', 'evil.example@localhost', 'localhost/x', 'localhost?x', 'localhost#x', 'localhost\\x'],
  ...['localhost%00', 'localhost%2f', 'localhost, evil.example', 'localhost evil.example', 'localhost;x', "localhost'"],
  ...['http://localhost', '//localhost', 'evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', 'xn--localhost'],
  ...['\xa0localhost', 'loc\xadalhost', '*', '.', '..', '%', '[', ']', '[]', '[:', '[]:1', 'a'.repeat(8_000)],
];

const PATHS: readonly string[] = [
  ...['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp', '/register', '/authorize'],
  ...['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration', '/token'],
];

const TARGETS: readonly string[] = [
  ...[
    '/',
    '//',
    '/mcp/',
    '//mcp',
    '/mcp//',
    '/mcp/..',
    '/mcp/.',
    '/./mcp',
    '/../mcp',
    '/x/../mcp',
    '/mcp;a=b',
    '/mcp%00',
  ],
  ...[
    '/%6dcp',
    '/mcp%2f',
    '/mcp%2e',
    '/MCP',
    '/mcp\\',
    '\\mcp',
    '/mcp\\..\\x',
    '/mcp#x',
    '*',
    'mcp',
    'http://127.0.0.1/mcp',
  ],
  ...[
    'http://evil.example/mcp',
    'https://127.0.0.1/mcp',
    '//evil.example/mcp',
    '/mcp?sessionId=a&sessionId=b',
    '/mcp?sessionId=',
  ],
  ...[
    '/mcp?sessionId=%00',
    '/mcp?%73essionId=a',
    '/mcp?sessionid=a',
    '/mcp?sessionId=%',
    '/mcp?sessionId=%ff%fe',
    '/mcp?=',
  ],
  ...[
    '/mcp?&&&&',
    `/mcp?sessionId=${'a'.repeat(9_000)}`,
    '/mcp?sessionId[]=a',
    '/sse',
    '/messages',
    '/message?sessionId=a',
  ],
  ...['/healthz', '/readyz', '/metrics', '/drain', '/admin', '/debug/pprof', '/.git/config', '/mcp/x', '/v1/reports'],
];

const METHODS: readonly string[] = [
  'PUT',
  'PATCH',
  'HEAD',
  'TRACE',
  'OPTIONS',
  'QUERY',
  'PROPFIND',
  'post',
  'POSt',
  'P\x00ST',
  'GETPOST',
  'M-SEARCH',
  'SOURCE',
  'PRI',
];
const VERSIONS: readonly string[] = [
  'HTTP/0.9',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/3.0',
  'HTTP/1.10',
  'HTTP/01.1',
  'http/1.1',
  'HTTP/1.1 ',
  'HTTP /1.1',
  'HTTP/',
  'ICY/1.1',
  'RTSP/1.0',
  '',
];

/** On a call of the forbidden tool: whatever is believed of them, the body is what is decided on. */
const HEADERS: readonly (readonly [string, string])[] = [
  ['Mcp-Name', 'echo'],
  ['Mcp-Method', 'ping'],
  ['mcp-name', 'danger'],
  ['Mcp-Param-Path', '/etc/passwd'],
  ['Connection', 'mcp-session-id'],
  ['Connection', 'authorization, content-type, mcp-protocol-version'],
  ['Connection', 'keep-alive, content-length'],
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-HTTP-Method-Override', 'GET'],
  ['X-Original-URL', '/healthz'],
  ['X-Rewrite-URL', '/mcp'],
  ['Forwarded', 'for=127.0.0.1;host=localhost'],
  ['X-Forwarded-Host', 'evil.example'],
  ['X-Forwarded-User', 'admin'],
  ['Authorization', 'Bearer '],
  ['Authorization', 'Basic YWRtaW46YWRtaW4='],
  ['Authorization', `Bearer ${'a'.repeat(10_000)}`],
  ['Authorization', 'Bearer a, Bearer b'],
  ['Cookie', 'session=admin'],
  ['Origin', 'null'],
  ['Origin', 'https://evil.example'],
  ['Origin', 'http://localhost.evil.example'],
  ['Content-Encoding', 'gzip'],
  ['Content-Encoding', 'identity, gzip'],
  ['Content-Encoding', 'br'],
  ['Accept', ''],
  ['Accept', 'text/html'],
  ['Accept-Encoding', 'gzip;q=0, *;q=1'],
  ['traceparent', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`],
  ['traceparent', '\xff'.repeat(55)],
  ['Last-Event-ID', '../../etc/passwd'],
  ['Last-Event-ID', '\xff\xfe'],
  ['MCP-Protocol-Version', '9999-99-99'],
  ['MCP-Protocol-Version', '2025-11-25, 2026-07-28'],
  ['MCP-Protocol-Version', '2026-07-28\x00'],
  ['Mcp-Session-Id', 'x'],
  ['Mcp-Session-Id', 'a'.repeat(9_000)],
  ['Mcp-Session-Id', '../x'],
  ['Trailer', 'Mcp-Session-Id'],
  ['Upgrade', 'h2c'],
  ['Range', 'bytes=0-1'],
  ['If-None-Match', '*'],
  ['Max-Forwards', '0'],
];

const TYPES: readonly string[] = [
  ...[
    'text/plain',
    'application/json, text/html',
    'application/json; charset=utf-16',
    'application/json; charset=utf-7',
  ],
  ...['application/json;charset*=utf-16', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''],
  ...[
    'application/jsonx',
    'application/vnd.api+json',
    'APPLICATION/JSON; charset="utf-32"',
    'application/json;charset',
  ],
];

export const HEADS: readonly Attack[] = [
  ...HOSTS.map((host) =>
    http(`Host ${JSON.stringify(host.slice(0, 40))}`, {
      headers: [['Host', host], ...JSON_HEADERS],
      body: dangerIn('legacy'),
    }),
  ),
  ...HOSTS.flatMap((host) =>
    PATHS.slice(0, 2).map((path) =>
      http(`Host ${JSON.stringify(host.slice(0, 40))} at ${path}`, {
        method: 'GET',
        target: path,
        headers: [['Host', host]],
      }),
    ),
  ),
  ...PATHS.map((path) => http(`discovery at ${path}`, { method: 'GET', target: path, headers: [] })),
  ...PATHS.map((path) => http(`a body to ${path}`, { target: path, body: dangerIn('legacy') })),
  ...TARGETS.map((target) =>
    http(`target ${JSON.stringify(target.slice(0, 60))}`, { target, body: dangerIn('legacy') }),
  ),
  ...TARGETS.slice(0, 20).map((target) =>
    http(`GET ${JSON.stringify(target)}`, { method: 'GET', target, headers: [['Accept', 'text/event-stream']] }),
  ),
  ...METHODS.map((method) => http(`method ${JSON.stringify(method)}`, { method, body: dangerIn('legacy') })),
  ...VERSIONS.map((version) =>
    raw(
      `version ${JSON.stringify(version)}`,
      `POST /mcp ${version}\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${dangerIn('legacy').length}\r\n\r\n${dangerIn('legacy')}`,
    ),
  ),
  ...ERAS.flatMap((era) =>
    HEADERS.map(([name, value]) =>
      http(`${name}: ${JSON.stringify(value.slice(0, 40))} (${era})`, {
        headers: [...headersOf(era), [name, value]],
        body: dangerIn(era),
      }),
    ),
  ),
  ...TYPES.map((type) =>
    http(`type ${JSON.stringify(type)}`, {
      headers: [
        ['Content-Type', type],
        ['Accept', 'application/json, text/event-stream'],
      ],
      body: dangerIn('legacy'),
    }),
  ),
  raw('no Host', `POST /mcp HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}`),
  raw(
    'HTTP/1.0 without Host',
    `POST /mcp HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${dangerIn('legacy').length}\r\n\r\n${dangerIn('legacy')}`,
  ),
  raw('TLS', Buffer.from('16030102000100', 'hex'), { hangsUp: true }),
  raw('HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'),
  raw('noise', Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 167 + 13) % 256)), { hangsUp: true }),
];
