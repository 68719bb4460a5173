import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../canonical-json.ts';
import { Chain, lineHash } from '../chain.ts';
import { openRecord } from '../gate-record.ts';
import { signedStream } from '../testing/signed-stream.ts';
import { parseSegment } from './segment.ts';

const OWNER = 'default/files';
const lines = signedStream();
const bodyOf = (...all: string[]): Buffer => Buffer.from(all.map((line) => `${line}\n`).join(''));
const parse = (...all: string[]) => parseSegment(bodyOf(...all), OWNER);

describe('a segment', () => {
  test('is its lines, run by run', () => {
    const next = signedStream({ stream: 's2', after: lines });
    const segment = parse(...lines, ...next);
    expect(segment).toMatchObject({
      runs: [
        { stream: 's1', torn: undefined },
        { stream: 's2', torn: undefined },
      ],
      last: { hash: lineHash(next.at(-1) ?? ''), text: next.at(-1) },
    });
    if ('reason' in segment) throw new Error(segment.detail);
    expect(segment.runs.map((run) => run.lines.length)).toEqual([lines.length, next.length]);
  });

  test('keeps the bytes of a torn line that the next stream is linked to', () => {
    const torn = Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xc3)]);
    const next = signedStream({ stream: 's2' });
    const open = (next[0] ?? '').replace('0'.repeat(64), lineHash(torn));
    const body = Buffer.concat([bodyOf(lines[0] ?? ''), torn, bodyOf('', open)]);
    expect(parseSegment(body, OWNER)).toMatchObject({ runs: [{ torn: torn.toString('base64') }, { stream: 's2' }] });
  });
});

describe('no segment is', () => {
  const edited = (lines[2] ?? '').replace('"read"', '"readx"');
  const cases: Record<string, [Buffer, string, string]> = {
    nothing: [Buffer.alloc(0), 'bad-line', 'has no line'],
    'a line without its end': [Buffer.from(lines[0] ?? ''), 'bad-line', 'line 1 does not end in a newline'],
    'a line that is too long': [bodyOf('x'.repeat(1024 * 1024 + 1)), 'bad-line', 'longer than any record'],
    'what is no JSON': [bodyOf(lines[0] ?? '', '{', lines[1] ?? ''), 'bad-line', 'line 2 is not a JSON text'],
    'what is no JSON at its end': [bodyOf(lines[0] ?? '', '{'), 'bad-line', 'line 2 is not a JSON text'],
    'what is no JSON, twice': [bodyOf(lines[0] ?? '', '{', '{'), 'bad-line', 'line 2'],
    'a torn line without the one before it': [bodyOf('{', lines[0] ?? ''), 'bad-line', 'is not in the segment'],
    'what is not canonical': [bodyOf(`${lines[0]} `), 'bad-line', 'line 1 is not in canonical form'],
    'of another server': [
      bodyOf(...signedStream().map((line) => line.replaceAll('default/files"', 'default/other"'))),
      'not-yours',
      'default/other',
    ],
    'an edited line': [bodyOf(lines[1] ?? '', edited, lines[3] ?? ''), 'bad-chain', 'line 3 is not linked'],
    'lines in another order': [bodyOf(lines[1] ?? '', lines[0] ?? ''), 'bad-chain', 'line 2 is not linked'],
  };
  test.for(Object.entries(cases))('%s', ([, [body, reason, detail]]) => {
    expect(parseSegment(body, OWNER)).toEqual({ reason, detail: expect.stringContaining(detail) });
  });

  test('a number that is left out, though the link is right', () => {
    const forged = (lines[1] ?? '').replace('"seq":1', '"seq":2');
    expect(parse(lines[0] ?? '', forged)).toMatchObject({
      reason: 'bad-chain',
      detail: 'line 2 has the number 2 after 0',
    });
  });
});

test.each(['', '.', '..', 'a\0b', 'a\ud800', 'x'.repeat(641), 'a\nb'])(
  'a stream that no gate has is refused: %j',
  (stream) => {
    const line = canonicalJson({ ...(JSON.parse(signedStream()[0] ?? '') as object), stream });
    expect(parseSegment(Buffer.from(`${line}\n`), 'default/files')).toMatchObject({ reason: 'bad-line' });
  },
);

test('more streams than a gate can have are refused', () => {
  const lives: string[] = [];
  for (let at = 0; at < 4200; at += 1) {
    const before = lives.at(-1);
    const head = before === undefined ? undefined : { hash: lineHash(before) };
    lives.push(new Chain({ stream: `s${at}`, server: 'default/files', head }).append(openRecord(0)));
  }
  expect(parseSegment(Buffer.from(`${lives.slice(0, 4000).join('\n')}\n`), 'default/files')).toHaveProperty('runs');
  expect(parseSegment(Buffer.from(`${lives.join('\n')}\n`), 'default/files')).toMatchObject({ reason: 'bad-line' });
});
