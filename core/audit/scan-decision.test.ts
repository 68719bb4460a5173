import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../canonical-json.ts';
import { parseAnyLine } from './parse-line.ts';
import { scanDecision } from './scan-decision.ts';
import { decisionLine, REDACTED, REFUSED } from './testing/records.ts';
import { signedStream } from './testing/signed-stream.ts';

const PLAIN = decisionLine(
  { argumentsHmac: 'ab', latency: { sallyportMs: 0.794, upstreamMs: 12, heldMs: 1.5 } },
  REFUSED,
);
const bytes = (line: string): Buffer => Buffer.from(line);

/** The parser is right by definition: the scan says the same, or nothing. */
function agrees(line: Buffer): boolean {
  const fields = scanDecision(line);
  if (fields === undefined) return false;
  expect(parseAnyLine(line)).toEqual({ fields });
  return true;
}

test.each([
  ['a plain one', PLAIN],
  ['one with an answer', decisionLine({}, REDACTED)],
  ['one that ends an intent', decisionLine({ intent: 7 })],
  ['one that ends none', decisionLine({ principal: null, tool: undefined })],
])('%s is read as the parser reads it', (_, line) => expect(agrees(bytes(line))).toBe(true));

test.each([
  ['one with an escape', decisionLine({ tool: 'a"b' })],
  ['one with other letters', decisionLine({ tool: 'tiếng' })],
  ['a number with an exponent', PLAIN.replace('0.794', '1e-7')],
  ['a number with many digits', PLAIN.replace('0.794', '0.7940000000000001')],
  ['a small number', PLAIN.replace('0.794', '0.00000794')],
  ['a negative number', PLAIN.replace('0.794', '-1')],
])('%s is left to the parser', (_, line) => {
  expect(scanDecision(bytes(line))).toBeUndefined();
  expect(parseAnyLine(bytes(line)).fields?.event).toBe('decision');
});

test.each([
  ['a number with a zero behind', PLAIN.replace('0.794', '0.7940')],
  ['a number with a zero before', PLAIN.replace('0.794', '00.794')],
  ['a number that ends in its point', PLAIN.replace('0.794', '0.')],
  ['a blank', PLAIN.replace(':', ': ')],
  ['members out of order', PLAIN.replace(/\{"argumentsHmac":"ab",/, '{').replace(/\}$/, ',"argumentsHmac":"ab"}')],
  ['a member twice', PLAIN.replace('{"argumentsHmac":"ab",', '{"argumentsHmac":"ab","argumentsHmac":"ab",')],
  ['something behind', `${PLAIN} `],
  ['half a line', PLAIN.slice(0, 100)],
  ['no object', '"decision"'],
  ['nothing', ''],
  ['another version', PLAIN.replace('"v":2', '"v":3')],
  ['a time that there is not', PLAIN.replace('2026-11-21', '2026-13-41')],
  ['a hash in capitals', PLAIN.replace(/"prev":"0/, '"prev":"A')],
])('%s is not said to be fine', (_, line) => expect(scanDecision(bytes(line))).toBeUndefined());

test('other events are left to the parser', () => {
  const [open = ''] = signedStream();
  expect(scanDecision(bytes(open))).toBeUndefined();
});

describe('whatever a line is', () => {
  test('the scan and the parser never differ: values of all kinds', () => {
    const record = JSON.parse(PLAIN) as Record<string, unknown>;
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ maxLength: 3 }), (value, key) => {
        const text = canonicalJson({ ...record, decision: { a: value, [`k${key}`]: 1 } });
        agrees(bytes(text));
      }),
    );
  });

  test('numbers of all kinds', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.tuple(fc.nat(), fc.nat(9999)).map(([a, b]) => a + b / 10_000),
    );
    fc.assert(fc.property(number, (value) => void agrees(bytes(PLAIN.replace('0.794', JSON.stringify(value))))));
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{1,18}(?:\.[0-9]{1,18})?$/), (text) => {
        agrees(bytes(PLAIN.replace('0.794', text)));
      }),
    );
  });

  test('one byte changed, taken out or put in', () => {
    const line = bytes(PLAIN);
    const change = fc.record({
      at: fc.nat(line.length - 1),
      byte: fc.nat(255),
      kind: fc.constantFrom('set', 'drop', 'add'),
    });
    let taken = 0;
    fc.assert(
      fc.property(change, ({ at, byte, kind }) => {
        const [before, after] = [line.subarray(0, at), line.subarray(kind === 'add' ? at : at + 1)];
        const changed = Buffer.concat([before, kind === 'drop' ? Buffer.alloc(0) : Buffer.of(byte), after]);
        if (agrees(changed)) taken += 1;
      }),
      { numRuns: 3000 },
    );
    // Many letters may be others; if none were taken, nothing would have been compared.
    expect(taken).toBeGreaterThan(100);
  });
});
