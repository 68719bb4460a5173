/**
 * Bodies that are refused at the door, row by row, and what with: the same rows go over a socket, through the official clients and on
 * to the Python ones. Each is a call of the tool `echo` with something wrong in it.
 */
import { gzipSync } from 'node:zlib';
import { callTool, legacyHeaders, modernHeaders, modernRequest } from './messages.ts';
import type { RawRequest } from './raw-http.ts';

export type Era = 'legacy' | 'modern';
export const BOTH: readonly Era[] = ['legacy', 'modern'];
type Header = readonly [string, string];

/** `result`: the words are shown to the model as the tool's result; `nothing`: nobody waits for any. */
export type Expected = readonly [status: number, code: number | 'result' | 'nothing', reason: string];

export interface BodyRow {
  readonly name: string;
  readonly expected: Expected;
  /** What the answer says of it, where there is one. */
  readonly says?: RegExp;
  /** What is wrong; the text has `"id":` once, with a number behind it. */
  readonly change: (json: string) => string | Buffer;
  /** Headers that go with it. */
  readonly headers?: readonly Header[];
  readonly chunked?: number;
}

/** The limit of the policy that goes with the rows. */
export const BODY_LIMIT = '4Ki';

export function callOf(era: Era, id: number): string {
  const args = { path: '/data' };
  return era === 'legacy'
    ? callTool('echo', args, id)
    : modernRequest('tools/call', { name: 'echo', arguments: args }, id);
}

/** The row as one request of either era; what is wrong with it is wrong in both. */
export function requestOf(row: BodyRow, era: Era): RawRequest {
  const own = new Set((row.headers ?? []).map(([name]) => name));
  const all: readonly Header[] = era === 'legacy' ? legacyHeaders() : modernHeaders('tools/call', 'echo');
  const headers = [...all.filter(([name]) => !own.has(name)), ...(row.headers ?? [])];
  const chunked = row.chunked === undefined ? {} : { chunked: row.chunked };
  return { headers, body: row.change(callOf(era, 1)), ...chunked };
}

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const same = (json: string): string => json;
const type = (value: string): { headers: readonly Header[] } => ({ headers: [['Content-Type', value]] });
const replaced = (what: string | RegExp, by: string) => (json: string) => json.replace(what, by);
const ID = /"id":\d+/;

/** Nobody knows what is meant, or for whom. */
const TYPE: Expected = [415, -32000, 'unsupported-content-type'];
const UNREAD: Expected = [400, -32700, 'not-json'];
const NO_MESSAGE: Expected = [400, -32600, 'not-a-message'];
/** Its sender is answered. */
const ANSWERED: Expected = [200, -32600, 'not-a-message'];
const shown = (reason: string): Expected => [200, 'result', reason];

export const BODIES: readonly BodyRow[] = [
  { name: 'text/plain', change: same, ...type('text/plain'), expected: TYPE },
  { name: 'two types in one', change: same, ...type('application/json, text/plain'), expected: TYPE },
  {
    name: 'UTF-16',
    change: same,
    ...type('application/json;charset=utf-16'),
    expected: [415, -32000, 'unsupported-charset'],
  },
  {
    name: 'gzip',
    change: (json) => gzipSync(json),
    headers: [['Content-Encoding', 'gzip']],
    expected: [415, -32000, 'unsupported-encoding'],
  },
  {
    name: '4 KiB and more',
    says: /at most 4096 bytes/,
    change: replaced('/data', 'x'.repeat(5000)),
    expected: shown('body-too-large'),
  },
  {
    name: '4 KiB and more in chunks',
    says: /at most 4096 bytes/,
    change: replaced('/data', 'x'.repeat(5000)),
    chunked: 1000,
    expected: shown('body-too-large'),
  },
  {
    name: 'more than is read for an answer',
    change: replaced('/data', 'x'.repeat(17 * 1024 * 1024)),
    expected: [413, -32600, 'body-too-large'],
  },
  { name: 'nothing', change: () => '', expected: [400, -32600, 'body-missing'] },
  { name: 'half of it', change: (json) => json.slice(0, -9), expected: UNREAD },
  { name: 'two of them', change: (json) => json + json, expected: UNREAD },
  {
    name: 'a value that is none',
    says: /not one JSON value/,
    change: replaced('"/data"', 'NaN'),
    expected: [200, -32700, 'not-json'],
  },
  {
    name: 'a byte order mark',
    says: /byte order mark/,
    change: (json) => `\uFEFF${json}`,
    expected: [200, -32700, 'byte-order-mark'],
  },
  {
    name: 'Latin-1',
    says: /not valid UTF-8/,
    change: (json) => Buffer.from(json.replace('/data', 'é'), 'latin1'),
    expected: [200, -32700, 'not-utf-8'],
  },
  {
    name: 'the method twice',
    says: /same key twice/,
    change: replaced('"method"', '"method":"tools/list","method"'),
    expected: [200, -32600, 'duplicate-key'],
  },
  {
    name: 'the id twice',
    change: (json) => json.replace(ID, '$&,$&'),
    expected: [400, -32600, 'duplicate-key'],
  },
  {
    name: 'an argument twice',
    says: /same key twice/,
    change: replaced('"path"', '"path":1,"path"'),
    expected: shown('duplicate-key'),
  },
  {
    name: 'an argument in two cases',
    says: /"PATH" and "path"/,
    change: replaced('"path"', '"PATH":1,"path"'),
    expected: shown('duplicate-key'),
  },
  {
    name: 'a row of a table as an argument',
    says: /"ID" and "id"/,
    change: replaced('"/data"', '{"ID":1,"id":2}'),
    expected: shown('duplicate-key'),
  },
  {
    name: 'the method in another case',
    says: /"Method" must be spelled "method"/,
    change: replaced('"method"', '"Method"'),
    expected: [200, -32600, 'misspelled-key'],
  },
  {
    name: 'a key that is no key',
    says: /__proto__/,
    change: replaced('"path"', '"__proto__"'),
    expected: shown('forbidden-key'),
  },
  {
    name: 'half a surrogate pair',
    says: /half of a surrogate pair/,
    change: replaced('/data', '\\ud800'),
    expected: shown('lone-surrogate'),
  },
  {
    name: 'a number beyond all doubles',
    says: /larger than a double/,
    change: replaced('"/data"', '1e400'),
    expected: shown('number-too-large'),
  },
  {
    name: '100 levels',
    says: /deeper than 64 levels/,
    change: replaced('"/data"', nested(100)),
    expected: shown('too-deep'),
  },
  { name: 'a string', change: () => '"tools/call"', expected: NO_MESSAGE },
  { name: 'no jsonrpc', says: /"jsonrpc" must be "2.0"/, change: replaced('"jsonrpc":"2.0",', ''), expected: ANSWERED },
  {
    name: 'another member',
    says: /"x" is not a member/,
    change: (json) => json.replace(ID, '$&,"x":1'),
    expected: ANSWERED,
  },
  { name: 'no id', change: (json) => json.replace(/"id":\d+,/, ''), expected: [400, -32600, 'id-missing'] },
  { name: 'the id null', change: replaced(ID, '"id":null'), expected: NO_MESSAGE },
  { name: 'a fractional id', change: replaced(ID, '"id":1.5'), expected: NO_MESSAGE },
  { name: 'an id beyond 2^53', change: replaced(ID, '"id":9007199254740993'), expected: NO_MESSAGE },
  {
    name: 'arguments as a list',
    says: /"arguments" must be an object/,
    change: replaced('{"path":"/data"}', '[]'),
    expected: [200, -32602, 'bad-params'],
  },
  {
    name: 'no name',
    says: /"name" must be a string/,
    change: replaced('"name":"echo",', ''),
    expected: [200, -32602, 'bad-params'],
  },
  { name: 'an empty batch', change: () => '[]', expected: [400, -32600, 'batch'] },
];
