/** Where a request ends: what one reader takes for the end of a body and another for the start of the next request. */
import { dangerIn, type Attack, raw } from '../attack.ts';

const BODY = dangerIn('legacy');
const HEAD =
  'POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n';
const SMUGGLED = `${HEAD}Content-Length: ${BODY.length}\r\n\r\n${BODY}`;
const ALLOWED = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
const LENGTH = `Content-Length: ${ALLOWED.length}`;
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

const LENGTHS: readonly string[] = [
  `${LENGTH}\r\nContent-Length: 0`,
  `Content-Length: 0\r\n${LENGTH}`,
  `Content-Length: ${ALLOWED.length}, ${ALLOWED.length}`,
  `Content-Length: ${ALLOWED.length}, 0`,
  `Content-Length:\t${ALLOWED.length}`,
  `Content-Length: ${ALLOWED.length} `,
  `Content-Length: +${ALLOWED.length}`,
  `Content-Length: 0${ALLOWED.length}`,
  `Content-Length: ${ALLOWED.length}.0`,
  `Content-Length: ${ALLOWED.length}e0`,
  `Content-Length: 0x${ALLOWED.length.toString(16)}`,
  'Content-Length: -1',
  'Content-Length: 18446744073709551616',
  'Content-Length: 4294967296',
  'Content-Length: ',
  'Content-Length: "2"',
  `Content_Length: ${ALLOWED.length}`,
  `Content-Length\t: ${ALLOWED.length}`,
  `Content-Length :${ALLOWED.length}`,
  `X: y\r\n Content-Length: ${ALLOWED.length}`,
  `X: y\n${LENGTH}`,
  `\x0b${LENGTH}`,
  `Content-Length:\x00${ALLOWED.length}`,
  `Content-Length: ${ALLOWED.length}\x00`,
];

const CODINGS: readonly string[] = [
  'Transfer-Encoding: chunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding:\x0bchunked',
  'Transfer-Encoding: \x00chunked',
  'Transfer-Encoding: Chunked',
  'Transfer-Encoding: chunked ',
  'Transfer-Encoding:\tchunked',
  'Transfer-Encoding: "chunked"',
  'Transfer-Encoding: chunked;q=1',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: identity, chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: x',
  'Transfer-Encoding: x\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding:\r\n chunked',
  'Transfer_Encoding: chunked',
  'X: y\r\n\tTransfer-Encoding: chunked',
  'X: y\nTransfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: deflate',
  'TE: trailers, chunked\r\nConnection: TE',
];

const CHUNKS: readonly (readonly [name: string, body: string])[] = [
  ['a size with a sign', `+${chunk(ALLOWED)}0\r\n\r\n`],
  ['a size with 0x', `0x${chunk(ALLOWED)}0\r\n\r\n`],
  ['a size with an underscore', `1_0\r\n${ALLOWED}\r\n0\r\n\r\n`],
  ['a size with a blank in front', ` ${chunk(ALLOWED)}0\r\n\r\n`],
  ['a size below nothing', `-1\r\n${ALLOWED}\r\n0\r\n\r\n`],
  ['a size of 2^64', `10000000000000000\r\n${ALLOWED}\r\n0\r\n\r\n`],
  ['a size with zeros in front', `${'0'.repeat(200)}${chunk(ALLOWED)}0\r\n\r\n`],
  ['no line end behind the data', `${ALLOWED.length.toString(16)}\r\n${ALLOWED}0\r\n\r\n`],
  ['a bare LF behind the data', `${ALLOWED.length.toString(16)}\r\n${ALLOWED}\n0\r\n\r\n`],
  ['a bare CR behind the size', `${ALLOWED.length.toString(16)}\r${ALLOWED}\r\n0\r\n\r\n`],
  ['a bare LF behind the size', `${ALLOWED.length.toString(16)}\n${ALLOWED}\r\n0\r\n\r\n`],
  ['an extension with a line end in quotes', `${ALLOWED.length.toString(16)};a="\r\n"\r\n${ALLOWED}\r\n0\r\n\r\n`],
  ['an extension with a bare LF', `${ALLOWED.length.toString(16)};a\nb\r\n${ALLOWED}\r\n0\r\n\r\n`],
  ['an extension of 20 KB', `${ALLOWED.length.toString(16)};a=${'x'.repeat(20_000)}\r\n${ALLOWED}\r\n0\r\n\r\n`],
  ['trailers that are governed', `${chunk(ALLOWED)}0\r\nContent-Length: 0\r\nHost: evil.example\r\n\r\n`],
  ['trailers of 20 KB', `${chunk(ALLOWED)}0\r\n${`X: ${'y'.repeat(200)}\r\n`.repeat(100)}\r\n`],
  ['trailers with a session', `${chunk(ALLOWED)}0\r\nMcp-Session-Id: a\r\nAuthorization: Bearer x\r\n\r\n`],
  ['a last chunk of many zeros', `${chunk(ALLOWED)}0000\r\n\r\n`],
];

const behind = (lines: string, body: string): string => `${HEAD}${lines}\r\n\r\n${body}${SMUGGLED}`;

export const FRAMING: readonly Attack[] = [
  ...LENGTHS.map((line) => raw(`length ${JSON.stringify(line)}`, behind(line, ALLOWED))),
  ...CODINGS.map((line) => raw(`coding ${JSON.stringify(line)}`, behind(line, `${chunk(ALLOWED)}0\r\n\r\n`))),
  ...CODINGS.map((line) =>
    raw(`length beside coding ${JSON.stringify(line)}`, behind(`${LENGTH}\r\n${line}`, `${chunk(ALLOWED)}0\r\n\r\n`)),
  ),
  ...CHUNKS.map(([name, body]) => raw(`chunks with ${name}`, behind('Transfer-Encoding: chunked', body))),
  raw('a request behind one that ends the connection', behind(`Connection: close\r\n${LENGTH}`, ALLOWED)),
  raw('a request behind GET with a body', behind(LENGTH, ALLOWED).replace('POST', 'GET')),
  raw(
    'a request behind an upgrade',
    behind(`Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n${LENGTH}`, ALLOWED),
  ),
  raw(
    'a request behind a WebSocket',
    behind('Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13', ''),
  ),
  raw('a request behind CONNECT', `CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n${SMUGGLED}`),
  raw('a request behind an expectation', behind(`Expect: 100-continue\r\n${LENGTH}`, ALLOWED)),
  raw('a request behind a strange expectation', behind(`Expect: 100-continue, x\r\n${LENGTH}`, ALLOWED)),
  raw(
    'a request behind a refused target',
    `POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\n${SMUGGLED}`,
  ),
  raw('line ends in front', `\r\n\r\n\r\n${SMUGGLED}`),
  raw('a thousand requests at once', SMUGGLED.repeat(1_000)),
  raw('a body that never comes', `${HEAD}Content-Length: 100\r\n\r\n`, { hangsUp: true }),
  raw('half a head', HEAD, { hangsUp: true }),
  raw('half a request line', 'POST /mc', { hangsUp: true }),
  raw('a head of which one byte is missing', `${HEAD}\r`, { hangsUp: true }),
  raw('nothing', '', { hangsUp: true }),
];
