import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../canonical-json.ts';
import { Chain, lineHash } from './chain.ts';
import { closeRecord, openRecord } from './gate-record.ts';
import { auditLineSchema } from './schema/lines.ts';
import { type DecisionInput, decisionRecord, NO_PREVIOUS_LINE } from './record.ts';

function decisionInput(over: Partial<DecisionInput> = {}): DecisionInput {
  return {
    decision: { effect: 'Allow', mode: 'Enforce', reason: 'allowed', revision: null, rules: ['p/tools[0]'] },
    latency: { sallyportMs: 0.41237 },
    method: 'tools/call',
    outcome: 'forwarded',
    principal: null,
    time: 0,
    traceId: 'a'.repeat(32),
    ...over,
  };
}

const text = fc.string({ unit: 'binary', maxLength: 400 });
const maybe = fc.option(text, { nil: undefined });
const findingRecord = fc.record({ rule: text, detector: text, reason: text, pointer: text, evidence: text });
const inputs: fc.Arbitrary<DecisionInput> = fc.record({
  approval: fc.option(fc.record({ name: text, state: text }), { nil: undefined }),
  argumentsHmac: fc.constantFrom(undefined, 'f'.repeat(64)),
  bytes: fc.constantFrom(undefined, { answer: 2, request: 1 }),
  decision: fc.record({
    detail: fc.option(text, { nil: undefined }),
    effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    findings: fc.option(fc.array(findingRecord), { nil: undefined }),
    mode: fc.constant('Enforce' as const),
    reason: text,
    revision: fc.constantFrom(null, 'sha256:1'),
    rules: fc.array(text),
    wouldEffect: fc.constantFrom(undefined, 'Log' as const),
    wouldFindings: fc.option(fc.array(findingRecord), { nil: undefined }),
    wouldRules: fc.option(fc.array(text), { nil: undefined }),
  }),
  latency: fc.record({
    heldMs: fc.option(fc.double({ min: 0 }), { nil: undefined }),
    sallyportMs: fc.double({ min: 0 }),
    upstreamMs: fc.option(fc.double({ min: 0 }), { nil: undefined }),
  }),
  method: fc.option(text),
  outcome: text,
  principal: fc.option(fc.record({ groups: fc.array(text), kind: text, name: text })),
  prompt: maybe,
  resource: maybe,
  session: maybe,
  time: fc.integer({ min: 0, max: 4e12 }),
  tool: maybe,
  traceId: text,
});

test('every line is its own canonical form, for two implementations', () => {
  const chain = new Chain({ stream: 's', server: 'ns/n' });
  fc.assert(
    fc.property(inputs, (input) => {
      const line = chain.append(decisionRecord(input));
      const value: unknown = JSON.parse(line);
      expect(canonicalJson(value)).toBe(line);
      expect(canonicalize(value)).toBe(line);
      expect(line.isWellFormed()).toBe(true);
      expect(auditLineSchema.parse(value)).toEqual(value);
    }),
  );
});

test('a finding is on record without the value that it was found in', () => {
  const finding = {
    rule: 'ns/p#r',
    detector: 'secrets',
    reason: 'key',
    pointer: '/a',
    evidence: 'AKIA…',
    message: 'm',
  };
  const said = decisionInput({
    decision: { effect: 'Deny', mode: 'Enforce', reason: 'denied', revision: null, rules: [], findings: [finding] },
  });
  const { decision } = decisionRecord(said);
  expect(decision.findings).toEqual([{ detector: 'secrets', pointer: '/a', reason: 'key', rule: 'ns/p#r' }]);
  expect(decision.wouldFindings).toBeUndefined();
});

test('a call without findings has no field for them', () => {
  const { decision } = decisionInput();
  expect(decisionRecord(decisionInput({ decision: { ...decision, findings: [] } })).decision.findings).toBeUndefined();
});

test('lines are linked and numbered, and end as they began', () => {
  const chain = new Chain({ stream: 's', server: 'ns/n' });
  const lines = [openRecord(0), decisionRecord(decisionInput()), closeRecord(1)].map((body) => chain.append(body));
  expect(lines[0]).toBe(
    `{"event":"open","prev":"${NO_PREVIOUS_LINE}","seq":0,"server":"ns/n","stream":"s","time":"1970-01-01T00:00:00.000Z","v":2}`,
  );
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({
    seq: 1,
    prev: lineHash(lines[0] ?? ''),
    latency: { sallyportMs: 0.412 },
  });
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ seq: 2, prev: lineHash(lines[1] ?? ''), event: 'close' });
  expect(chain.head).toBe(lineHash(lines[2] ?? ''));
});

test('a chain goes on from the last line of a file', () => {
  const line = new Chain({ stream: 's', server: 'ns/n', head: { hash: 'e'.repeat(64) } }).append(openRecord(0));
  expect(JSON.parse(line)).toMatchObject({ seq: 0, prev: 'e'.repeat(64) });
});

test('names are cut at 256 characters, URIs at 2048', () => {
  const record = decisionRecord(decisionInput({ tool: 't'.repeat(300), resource: 'u'.repeat(3000) }));
  expect(record.tool).toBe(`${'t'.repeat(256)}…[+44]`);
  expect(record.resource).toBe(`${'u'.repeat(2048)}…[+952]`);
});
