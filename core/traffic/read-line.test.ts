import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTrafficLine } from './read-line.ts';
import { callLine, HEAD } from './testing/lines.ts';

const read = (value: unknown) => readTrafficLine(JSON.stringify(value));

it.each([
  [HEAD],
  [callLine()],
  [callLine({ principal: null, effect: null, session: 'a', arguments: { is: 'object', members: {}, left: 1 } })],
  [{ answered: 3, result: { isError: false, blocks: ['text'], count: 1, bytes: 3 } }],
  [{ tool: { name: 'a' } }],
  [{ end: 'time', time: HEAD.time, lost: 0 }],
])('%j is read as it was written', (line) => expect(read(line)).toEqual({ line }));

it.each([
  ['half of one', '{"call":1,"time', /is no JSON, or only the beginning/],
  ['another version', JSON.stringify({ ...HEAD, traffic: 2 }), /is of version 2, and this command reads version 1/],
  ['a version that is none', JSON.stringify({ ...HEAD, traffic: 'x' }), /is of version unknown/],
  ['something else', '{"event":"decision"}', /is no line of a traffic log/],
  ['a text', '"x"', /is no line of a traffic log/],
  [
    'a shape that is none',
    JSON.stringify(callLine({ arguments: { is: 'planet' } as never })),
    /is not a line as gates write it/,
  ],
  ['a member too many', JSON.stringify({ ...callLine(), more: 1 }), /is not a line as gates write it/],
  [
    'a path that would fill the memory',
    JSON.stringify(callLine({ arguments: { is: 'path', under: '/', parts: 1e9 } })),
    /is not a line/,
  ],
  [
    'what is deeper than the stack',
    JSON.stringify(callLine()).replace(
      '"bytes"',
      `"arguments":${'{"is":"array","count":1,"items":['.repeat(20_000)}${']}'.repeat(20_000)},"bytes"`,
    ),
    /is n/,
  ],
])('%s is none', (_what, written, problem) =>
  expect(readTrafficLine(written)).toEqual({ problem: expect.stringMatching(problem) }),
);

it('throws at nothing', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readTrafficLine(text)));
});
