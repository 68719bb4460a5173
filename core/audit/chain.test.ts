import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../canonical-json.ts';
import { Chain, lineHash } from './chain.ts';
import * as gate from './gate-record.ts';
import * as record from './record.ts';

const call: record.IntentInput = {
  approval: { name: 'a-1', state: 'Approved' },
  argumentsHmac: 'h',
  decision: { effect: 'Allow', mode: 'Enforce', reason: 'allowed', revision: 'sha256:1', rules: ['p#r'] },
  method: 'tools/call',
  principal: { groups: ['g'], kind: 'token', name: 'ann' },
  prompt: 'p',
  resource: 'file:///a',
  session: 's-1',
  time: 1,
  tool: 't',
  traceId: 'trace',
};
const bodies: Record<string, record.Link> = {
  'an open': gate.openRecord(0, { file: 'a', reason: 'size' }),
  'a continue': gate.continueRecord(0, { reason: 'age' }),
  'an intent': record.intentRecord(call),
  'a decision': record.decisionRecord({
    ...call,
    intent: 1,
    latency: { sallyportMs: 1, heldMs: 2, upstreamMs: 3 },
    outcome: 'answered',
  }),
  'a count of refusals': gate.refusalsRecord(2, 1, [{ count: 1, reason: 'r', source: '::/64' }]),
  'a release': gate.releaseRecord(3, { bytes: 1, file: 'a', last: 'f' }),
  'a close': gate.closeRecord(4),
};

describe('a line', () => {
  for (const [name, body] of Object.entries(bodies)) {
    test(`of ${name} has every field of its body and those of the chain, in canonical form`, () => {
      const line = new Chain({ stream: 's', server: 'ns/n' }).append(body);
      expect(line).toBe(canonicalJson(JSON.parse(line)));
      expect(JSON.parse(line)).toEqual({
        ...(JSON.parse(JSON.stringify(body)) as object),
        prev: record.NO_PREVIOUS_LINE,
        seq: 0,
        server: 'ns/n',
        stream: 's',
        v: record.AUDIT_SCHEMA_VERSION,
      });
    });
  }

  test('has one spelling of its stream and server, be they broken', () => {
    const chain = new Chain({ stream: 's\ud800', server: 'x' });
    chain.serve('n\udc00');
    expect(JSON.parse(chain.append(gate.closeRecord(0)))).toMatchObject({ stream: 's\ufffd', server: 'n\ufffd' });
  });
});

describe('the chain', () => {
  test('numbers its lines and links each to the one before', () => {
    const chain = new Chain({ stream: 's', server: 'n' });
    const lines = Object.values(bodies).map((body) => chain.append(body));
    const records = lines.map((line) => JSON.parse(line) as { seq: number; prev: string });
    expect(records.map(({ seq }) => seq)).toEqual(lines.map((_, i) => i));
    expect(records.slice(1).map(({ prev }) => prev)).toEqual(lines.slice(0, -1).map((line) => lineHash(line)));
    expect(chain.head).toBe(lineHash(lines.at(-1) ?? ''));
    expect(chain.next).toBe(lines.length);
  });

  test('begins at the last line of the file that it goes on with', () => {
    const chain = new Chain({ stream: 's', server: 'n', head: { hash: 'a'.repeat(64) } });
    expect(chain.head).toBe('a'.repeat(64));
    expect(JSON.parse(chain.append(gate.openRecord(0)))).toMatchObject({ prev: 'a'.repeat(64), seq: 0 });
  });

  test('names the server that its lines are of from now on', () => {
    const chain = new Chain({ stream: 's', server: 'unknown' });
    const first = chain.append(gate.openRecord(0));
    chain.serve('ns/ledger');
    expect(
      [first, chain.append(gate.closeRecord(1))].map((line) => (JSON.parse(line) as { server: string }).server),
    ).toEqual(['unknown', 'ns/ledger']);
  });
});

test('the hash of a line is SHA-256 over its bytes, as text and as bytes', () => {
  const expected = createHash('sha256').update('zeile ü').digest('hex');
  expect([lineHash('zeile ü'), lineHash(Buffer.from('zeile ü'))]).toEqual([expected, expected]);
});
