import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Pieces } from '../../core/mcp/pieces.ts';
import { expectedBytes, isLatin1, mediaType, whyUnreadable, withoutMark } from './head.ts';

const typed = (type: string): IncomingHttpHeaders => ({ 'content-type': type });

describe('an answer', () => {
  it.each<[name: string, status: number, headers: IncomingHttpHeaders]>([
    ['without a type', 200, {}],
    ['in JSON', 200, typed('application/json')],
    ['in UTF-8 by another name', 200, typed('application/json; charset="UTF8"')],
    ['in Latin-1, which may be ASCII', 200, typed('application/json;charset=ISO-8859-1')],
    ['that says that it is not compressed', 200, { 'content-encoding': 'Identity' }],
    ['with an error', 500, typed('text/html')],
  ])('can be read: %s', (_name, status, headers) => {
    expect(whyUnreadable(status, headers)).toBeUndefined();
  });

  it.each<[name: string, status: number, headers: IncomingHttpHeaders, why: string]>([
    [
      'that leads elsewhere',
      302,
      { location: 'https://a.test/b?c=d' },
      'it redirects (HTTP 302) to https://a.test/b; give its final URL',
    ],
    ['that leads nowhere', 304, {}, 'it redirects (HTTP 304); give its final URL'],
    ['that is compressed', 200, { 'content-encoding': 'gzip' }, 'its answer is encoded as gzip'],
    ['of two types', 200, typed('application/json, text/html'), 'it names two content types'],
    [
      'in other letters',
      200,
      typed('text/event-stream; charset=shift_jis'),
      'its answer is in shift_jis, not in UTF-8',
    ],
  ])('cannot: %s', (_name, status, headers, why) => {
    expect(whyUnreadable(status, headers)).toBe(why);
  });
});

it.each<[type: string | string[] | undefined, media: string | undefined, latin1: boolean]>([
  ['Application/JSON; charset=latin1', 'application/json', true],
  ['text/event-stream ;x=y', 'text/event-stream', false],
  [['text/plain'] as string[], 'text/plain', false],
  [undefined, undefined, false],
])('of %j the type is %s', (type, media, latin1) => {
  const headers = { 'content-type': type } as IncomingHttpHeaders;
  expect([mediaType(headers), isLatin1(headers)]).toEqual([media, latin1]);
});

it.each([
  ['1024', 1024],
  ['0', 0],
  [undefined, 0],
  ['-1', 0],
  ['1.5', 0],
  ['many', 0],
  [String(16 * 1024 * 1024), 16 * 1024 * 1024],
  [String(16 * 1024 * 1024 + 1), 0],
])('of a length of %s, %i bytes are expected', (length, expected) => {
  expect(expectedBytes(length === undefined ? {} : { 'content-length': length })).toBe(expected);
});

it.each([
  ['\uFEFF{}', '{}'],
  ['{}', '{}'],
  ['', ''],
  ['{"a":"\uFEFF"}', '{"a":"\uFEFF"}'],
])('a byte order mark is passed over in front alone: %j', (text, without) => {
  expect(withoutMark(Pieces.of(Buffer.from(text))).whole.toString()).toBe(without);
});
