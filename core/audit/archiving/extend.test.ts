import { describe, expect, test } from 'vitest';
import { OTHER_KEY, KEY, signedStream } from '../testing/signed-stream.ts';
import { decodeTree, extend, type Extended, type StreamState } from './extend.ts';
import { parseSegment, type SegmentLine } from './segment.ts';

function parsed(lines: readonly string[]): readonly SegmentLine[] {
  const segment = parseSegment(Buffer.from(lines.map((line) => `${line}\n`).join('')), 'default/files');
  if ('reason' in segment) throw new Error(segment.detail);
  return segment.runs[0]?.lines ?? [];
}

function extended(state: StreamState | undefined, lines: readonly string[]): Extended {
  const outcome = extend(state, parsed(lines));
  if ('reason' in outcome) throw new Error(outcome.detail);
  return outcome;
}

/** The same line, with other fields. */
function saying(line: Omit<SegmentLine, 'fields'>, fields: SegmentLine['fields']): SegmentLine {
  return { ...line, fields };
}

const lines = signedStream();

describe('lines go on', () => {
  test('from nothing, and piece by piece to the same', () => {
    const whole = extended(undefined, lines).state;
    let state: StreamState | undefined;
    for (const line of lines) state = extended(state, [line]).state;
    expect(state).toEqual(whole);
    expect(whole).toMatchObject({ next: lines.length, closed: true, keys: [KEY.verifier.text] });
  });

  test('behind lines that were let go, by what the first line of the file says of them', () => {
    const all = signedStream({ fileAfter: 3 });
    const at = all.findIndex((line) => line.includes('"continue"'));
    expect(extended(undefined, all.slice(at)).gap).toEqual({ from: 0, to: at });
    const { state, gap } = extended(extended(undefined, all.slice(0, 2)).state, all.slice(at));
    expect(gap).toEqual({ from: 2, to: at });
    expect(state).toEqual(extended(undefined, all).state);
  });
});

describe('lines do not go on', () => {
  const start = extended(undefined, lines.slice(0, 2)).state;
  test.for([
    ['with a gap', start, lines.slice(3), 'gap'],
    ['in the middle of what is not known', undefined, lines.slice(1), 'gap'],
    ['from another line', start, signedStream({ tool: 'other' }).slice(2), 'fork'],
    ['behind the end', { ...start, closed: true }, lines.slice(2), 'bad-chain'],
    [
      'without an open line',
      undefined,
      [(lines[0] ?? '').replace('"event":"open"', '"event":"refusals"')],
      'bad-chain',
    ],
  ] as const)('%s', ([, state, rest, reason]) => {
    expect(extend(state, parsed(rest))).toMatchObject({ reason });
  });

  test('with a checkpoint of other lines, of another key, or a forged one', () => {
    const { state } = extended(undefined, lines.slice(0, 3));
    const rest = parsed(lines.slice(3));
    expect(extend({ ...state, tree: [...state.tree].toReversed() }, rest)).toMatchObject({
      detail: expect.stringContaining('was signed for other lines'),
    });
    expect(extend({ ...state, keys: [OTHER_KEY.verifier.text] }, rest)).toMatchObject({
      detail: expect.stringContaining('has not named'),
    });
    const forged = rest.map(({ fields, ...line }) =>
      saying(line, fields.checkpoint === undefined ? fields : Object.assign({}, fields, { checkpoint: 'none' })),
    );
    expect(extend(state, forged)).toMatchObject({
      reason: 'checkpoint',
      detail: expect.stringContaining('is none of the lines'),
    });
  });

  test('with ever new keys', () => {
    const keys = Array.from({ length: 256 }, (_, at) => `k${at}`);
    expect(
      extend(
        { ...start, keys },
        parsed(lines.slice(2)).map(({ fields, ...line }) =>
          saying(line, Object.assign({}, fields, { key: 'one more' })),
        ),
      ),
    ).toMatchObject({ reason: 'checkpoint' });
  });
});

test('a damaged row is an error, not a verdict', () => {
  const { state } = extended(undefined, lines.slice(0, 3));
  expect(() => extend({ ...state, tree: [] }, parsed(lines.slice(3)))).toThrow('damaged');
});

test('the tree over other lines is taken in one form only', () => {
  const hash = Buffer.alloc(32, 1).toString('base64');
  expect(decodeTree(1, [hash])).toBeDefined();
  for (const other of [`${hash}!`, `${hash}\n`, hash.slice(0, 40), '']) expect(decodeTree(1, [other])).toBeUndefined();
});
