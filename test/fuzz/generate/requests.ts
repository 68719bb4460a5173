/** HTTP as it should not be: two framings, two values of one header, a second request where a body should be. */
import { gzipSync } from 'node:zlib';
import { MODERN, callTool, modernRequest, request } from '../../support/messages.ts';
import type { Random } from '../random.ts';
import { SEEDS } from '../seeds.ts';
import { mutate } from './mutate.ts';

type Header = readonly [name: string, value: string];

/** Once in so many, a part is not as it should be. */
const RARE = 8;
const METHODS = [
  'POST',
  'GET',
  'DELETE',
  'PUT',
  'OPTIONS',
  'HEAD',
  'PATCH',
  'CONNECT',
  'post',
  'POST /mcp',
  'M-SEARCH',
  'PRI',
  '',
];
const TARGETS = [
  ...[
    '/mcp?x=1',
    '/mcp/',
    '//mcp',
    '/mcp#x',
    '/%6dcp',
    '/MCP',
    '/mcp/../mcp',
    '/',
    '*',
    'mcp',
    'http://127.0.0.1/mcp',
    'http://evil.example/mcp',
  ],
  ...['/mcp;x', '/mcp%20', '/mcp?sessionId=a', '127.0.0.1:443', '/mcp\u00e9', '/mcp HTTP/1.1\r\nX: y'],
];
const VERSIONS = ['HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.2', 'http/1.1', 'HTTP/1.1 ', ''];
const TYPES = [
  ...[
    'application/json; charset=utf-8',
    'application/json;charset=utf8',
    'application/json; charset=utf-16le',
    'APPLICATION/JSON',
    'text/plain',
    '',
  ],
  ...[
    'application/json; charset="utf-8"',
    'application/json, text/plain',
    'application/json-rpc',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json;',
  ],
  ...[
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=us-ascii',
    'application/json\t',
    'application/json;charset*=utf-16le',
  ],
];
const ENCODINGS = ['identity', 'gzip', 'br', 'deflate', 'identity, gzip', 'x-gzip', '', 'IDENTITY', 'chunked'];
const MCP_VERSIONS = ['2025-11-25', '2025-03-26', MODERN, '2025-11-25, 2025-03-26', 'x', ''];
const EXTRA: readonly Header[] = [
  ...[
    ['Expect', '100-continue'],
    ['Expect', '200-ok'],
    ['Upgrade', 'websocket'],
    ['Upgrade', 'h2c'],
    ['Connection', 'Upgrade'],
  ],
  ...[
    ['Connection', 'keep-alive, mcp-method'],
    ['Connection', 'content-length'],
    ['HTTP2-Settings', 'AAMAAABkAARAAAAAAAIAAAAA'],
    ['TE', 'trailers'],
  ],
  ...[
    ['Trailer', 'Mcp-Method'],
    ['X-HTTP-Method-Override', 'DELETE'],
    ['X-Forwarded-Host', 'evil'],
    ['Forwarded', 'host=evil'],
    ['Proxy', 'x'],
  ],
  ...[
    ['Mcp-Method', 'tools/list'],
    ['Mcp-Name', 'echo'],
    ['MCP-Protocol-Version', '2025-06-18'],
    ['Mcp-Session-Id', 'x'],
    ['Last-Event-ID', '1'],
  ],
  ...[
    ['Mcp-Param-path', 'a'],
    ['Origin', 'http://evil.example'],
    ['Authorization', 'Bearer x'],
    ['Cookie', 'a=b'],
    ['Host', 'evil.example'],
  ],
  ...[
    ['Content-Type', 'application/json'],
    ['Content-Encoding', 'identity'],
    ['Content-Length', '0'],
    ['Transfer-Encoding', 'chunked'],
  ],
  ...[
    ['X', 'a\r\n b'],
    ['X', 'a\0b'],
    ['X ', 'y'],
    [' X', 'y'],
    ['X', '\u00e9'],
    ['X-Long', 'x'.repeat(2_000)],
  ],
] as unknown as readonly Header[];
const ENDINGS = ['\n', '\r', '\r\r\n', '\n\r\n'];

/** What is sent over one connection: one to three requests, whole or cut, right or wrong. */
export function generateConnection(random: Random): Buffer {
  const count = random.oneIn(4) ? 2 + random.below(2) : 1;
  const requests = Array.from({ length: count }, (_, i) => oneRequest(random, i === count - 1));
  const bytes = Buffer.concat(requests);
  if (random.oneIn(6)) return mutate(bytes, requests[0] ?? bytes, random);
  return random.oneIn(40) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
}

function oneRequest(random: Random, isLast: boolean): Buffer {
  const message = messageOf(random);
  const body = bodyOf(message.body, random);
  const headers: Header[] = [
    [
      'Host',
      random.oneIn(RARE * 4) ? random.pick(['evil.example', '', '127.0.0.1:1', 'localhost', '[::1]']) : '127.0.0.1',
    ],
    ['Content-Type', random.oneIn(RARE) ? random.pick(TYPES) : 'application/json'],
    [
      'Accept',
      random.oneIn(RARE * 4) ? random.pick(['*/*', 'application/json', '']) : 'application/json, text/event-stream',
    ],
    ...message.headers,
    ...body.headers,
  ];
  if (isLast && !random.oneIn(6)) headers.push(['Connection', 'close']);
  for (let more = random.oneIn(5) ? 1 + random.below(2) : 0; more > 0; more--) headers.push(random.pick(EXTRA));
  const method = random.oneIn(RARE * 2) ? random.pick(METHODS) : 'POST';
  const target = random.oneIn(RARE * 2) ? random.pick(TARGETS) : '/mcp';
  const version = random.oneIn(RARE * 3) ? random.pick(VERSIONS) : 'HTTP/1.1';
  const ending = (): string => (random.oneIn(RARE * 12) ? random.pick(ENDINGS) : '\r\n');
  const lines = (random.oneIn(4) ? random.shuffle(headers) : headers).map(([name, value]) => {
    const colon = random.oneIn(RARE * 6) ? random.pick([':', ' : ', ':\t', ':  ']) : ': ';
    return `${random.oneIn(RARE) ? respelled(name, random) : name}${colon}${value}${ending()}`;
  });
  const head = `${method} ${target} ${version}${ending()}${lines.join('')}${ending()}`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body.bytes, after(random)]);
}

function messageOf(random: Random): { readonly body: Buffer; readonly headers: readonly Header[] } {
  const version = (): Header[] => (random.oneIn(3) ? [['MCP-Protocol-Version', random.pick(MCP_VERSIONS)]] : []);
  switch (random.below(8)) {
    case 0: {
      const seed = random.pick(SEEDS);
      const { protocolVersion, method, name } = seed.headers;
      const pairs: [string, string | undefined][] = [
        ['MCP-Protocol-Version', protocolVersion],
        ['Mcp-Method', method],
        ['Mcp-Name', name],
      ];
      return { body: seed.body, headers: pairs.filter((pair): pair is [string, string] => pair[1] !== undefined) };
    }
    case 1:
      return { body: Buffer.from(request('tools/list')), headers: version() };
    case 2:
      return { body: Buffer.from(request('resources/read', { uri: 'file:///data/report.txt' })), headers: version() };
    case 3:
    case 4: {
      const tool = random.oneIn(4) ? 'danger' : 'echo';
      const lie = random.oneIn(RARE) ? random.pick(['echo', 'danger', 'Echo']) : tool;
      const headers: Header[] = [
        ['MCP-Protocol-Version', MODERN],
        ['Mcp-Method', random.oneIn(RARE) ? 'tools/list' : 'tools/call'],
        ['Mcp-Name', lie],
      ];
      return {
        body: Buffer.from(modernRequest('tools/call', { name: tool, arguments: { n: random.below(100) } })),
        headers,
      };
    }
    default:
      return { body: Buffer.from(callTool('echo', { n: random.below(1000) })), headers: version() };
  }
}

interface Framed {
  readonly headers: readonly Header[];
  readonly bytes: Buffer;
}

function bodyOf(body: Buffer, random: Random): Framed {
  if (random.oneIn(RARE * 3)) {
    const encoding = random.pick(ENCODINGS);
    const coded = encoding.includes('gzip') ? gzipSync(body) : body;
    return {
      headers: [
        ['Content-Encoding', encoding],
        ['Content-Length', String(coded.length)],
      ],
      bytes: coded,
    };
  }
  if (random.oneIn(RARE * 3)) {
    const wide = Buffer.from(body.toString(), 'utf16le');
    return { headers: [['Content-Length', String(wide.length)]], bytes: wide };
  }
  const length = String(body.length);
  switch (random.below(22)) {
    case 0:
    case 1:
      return { headers: [['Transfer-Encoding', 'chunked']], bytes: chunked(body, random) };
    case 2:
      return {
        headers: [
          ['Content-Length', length],
          ['Transfer-Encoding', 'chunked'],
        ],
        bytes: random.oneIn(2) ? body : chunked(body, random),
      };
    case 3:
      return {
        headers: [
          [
            'Transfer-Encoding',
            random.pick([
              'identity',
              'Chunked',
              'chunked, chunked',
              'xchunked',
              'chunked;q=1',
              'gzip, chunked',
              ' chunked',
              'chunked ',
              '\x0bchunked',
            ]),
          ],
        ],
        bytes: chunked(body, random),
      };
    case 4: {
      const wrong = random.pick([
        '0',
        '00',
        '-1',
        `+${length}`,
        ` ${length} `,
        `${length}, ${length}`,
        '0x10',
        String(body.length - 1),
        String(body.length + 5),
        '1e2',
        '99999999999999999999',
        '',
      ]);
      return { headers: [['Content-Length', wrong]], bytes: body };
    }
    case 5:
      return {
        headers: [
          ['Content-Length', length],
          ['Content-Length', random.oneIn(2) ? length : '5'],
        ],
        bytes: body,
      };
    // A second request in what the first may or may not count as its body.
    case 6: {
      const hidden = rawCall('danger');
      const announced = random.oneIn(2) ? body.length : body.length + hidden.length;
      return { headers: [['Content-Length', String(announced)]], bytes: Buffer.concat([body, hidden]) };
    }
    case 7:
      return { headers: [], bytes: random.oneIn(2) ? body : Buffer.alloc(0) };
    default:
      return { headers: [['Content-Length', length]], bytes: body };
  }
}

function rawCall(tool: string): Buffer {
  const body = callTool(tool);
  return Buffer.from(
    `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

function chunked(body: Buffer, random: Random): Buffer {
  const parts: Buffer[] = [];
  const size = 1 + random.below(body.length + 4);
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size);
    parts.push(
      Buffer.from(`${sizeLine(chunk.length, random)}\r\n`),
      chunk,
      Buffer.from(random.oneIn(60) ? '\n' : '\r\n'),
    );
  }
  const trailer = random.oneIn(RARE)
    ? random.pick(['Mcp-Method: tools/list\r\n', 'Content-Length: 5\r\n', 'X: y\n', 'Transfer-Encoding: chunked\r\n'])
    : '';
  parts.push(Buffer.from(`${random.oneIn(40) ? random.pick(['00', '0;x', '-0', '0 ']) : '0'}\r\n${trailer}\r\n`));
  return Buffer.concat(parts);
}

function sizeLine(length: number, random: Random): string {
  const hex = length.toString(16);
  if (!random.oneIn(RARE)) return hex;
  return random.pick([
    `${hex};a=b`,
    `0${hex}`,
    `${hex.toUpperCase()} `,
    `0x${hex}`,
    `${hex};"\r\n`,
    `+${hex}`,
    `${hex};${'x'.repeat(300)}`,
    `${hex}\n`,
    `1${'0'.repeat(16)}`,
  ]);
}

/** What comes behind a request and belongs to none. */
function after(random: Random): Buffer {
  if (!random.oneIn(RARE * 2)) return Buffer.alloc(0);
  return random.oneIn(2) ? Buffer.from(random.pick(['\r\n', '\n', 'x', 'GET', '0\r\n\r\n'])) : rawCall('danger');
}

function respelled(name: string, random: Random): string {
  if (!random.oneIn(6)) return random.oneIn(2) ? name.toLowerCase() : name.toUpperCase();
  return random.pick([name.replace('-', '_'), `${name} `, name.replace(/^./, '\u017F')]);
}
