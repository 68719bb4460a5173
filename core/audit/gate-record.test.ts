import { expect, test } from 'vitest';
import { canonicalJson } from '../canonical-json.ts';
import { Chain } from './chain.ts';
import {
  checkpointRecord,
  closeRecord,
  continueRecord,
  keyRecord,
  lostRecord,
  noteRecord,
  openRecord,
  refusalsRecord,
  releaseRecord,
} from './gate-record.ts';
import { type DecisionInput, decisionRecord, intentRecord } from './record.ts';
import { auditLineSchema } from './schema/lines.ts';

const call: DecisionInput = {
  approval: { name: 'a', state: 'Approved' },
  decision: { effect: 'Allow', mode: 'Enforce', reason: 'allowed', revision: null, rules: ['p/tools[0]'] },
  latency: { sallyportMs: 0.5 },
  method: 'tools/call',
  outcome: 'answered',
  principal: null,
  time: 0,
  tool: 'read',
  traceId: 'a'.repeat(32),
};

test('every line that a gate writes of itself, and every intent, is its own canonical form and as the schema says', () => {
  const chain = new Chain({ stream: 's', server: 'ns/n' });

  const gate = { config: 'sha256:1', host: 'pod-1', pid: 7, pod: 'default/pod-1', version: '1.0.0' };
  const question = { expires: 7, name: 'a', revision: 'sha256:1', rules: ['p#r'], state: 'Pending' } as const;
  const clients = { changed: [], count: 2, granted: ['a', 'b'], problems: ['c: is empty'], revoked: [] };
  const records = [
    openRecord(0, { file: 'audit-1.jsonl', reason: 'start' }, 'k', gate),
    continueRecord(1, { file: 'audit-1.jsonl', reason: 'size', tree: ['t'] }, 'k'),
    intentRecord(call),
    decisionRecord({ ...call, intent: 2 }),
    checkpointRecord(2, 'note'),
    keyRecord(2, 'k2'),
    releaseRecord(2, { bytes: 1, file: 'audit-0.jsonl', last: 'e'.repeat(64) }),
    refusalsRecord(4, 3, [{ source: '10.0.0.1', count: 2, reason: 'unauthenticated' }]),
    lostRecord(4, 3, [{ what: 'refused', count: 2 }]),
    noteRecord(5, {
      event: 'policy',
      state: 'Enforced',
      revision: 'r',
      previous: null,
      packs: [{ ref: 'a/b', mode: 'Enforce' }],
    }),
    noteRecord(5, { event: 'identity', ...clients }),
    noteRecord(5, { event: 'pin', state: 'changed', kind: 'tool', name: 'a', digest: 'd', previous: 'e' }),
    noteRecord(5, { ...call, ...question, event: 'approval' }),
    closeRecord(5, { uptimeMs: 5, reason: 'SIGTERM' }),
  ];
  for (const record of records) {
    const line = chain.append(record);
    expect(canonicalJson(JSON.parse(line))).toBe(line);
    expect(auditLineSchema.parse(JSON.parse(line))).toEqual(JSON.parse(line));
  }
});

test('of a list without end two hundred names are on record, and how many there are besides', () => {
  const granted = Array.from({ length: 203 }, (_, index) => `client-${index}`);
  const record = noteRecord(0, { event: 'identity', changed: [], count: 203, granted, problems: [], revoked: [] });
  expect(record).toMatchObject({ clients: { count: 203, granted: [...granted.slice(0, 200), '…[+3]'] } });
});
