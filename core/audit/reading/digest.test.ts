import { expect, test } from 'vitest';
import { recordOf, REFUSED } from '../testing/records.ts';
import { changeText } from './changes.ts';
import { LogDigester } from './digest.ts';
import { type AuditRecord, readRecord } from './read-record.ts';

const AT = Date.parse('2026-11-21T10:00:00Z');

function event(name: string, fields: object, time = AT): AuditRecord {
  const line = { event: name, seq: 1, server: 'default/files', time: new Date(time).toISOString(), ...fields };
  return readRecord(JSON.stringify(line)) ?? expect.fail('it is a record');
}

const policy = { state: 'Enforced', revision: 'sha256:1', packs: [{ ref: 'a/b', mode: 'Enforce' }] };
const approval = { name: 'a-1', state: 'Consumed', by: 'ada', reason: 'known' };

test('what a person wants to know of a log is put together', () => {
  const digester = new LogDigester(changeText);
  digester.add(event('open', {}, AT - 1000));
  digester.add(event('policy', { policy }));
  digester.add(
    event('approval', { approval: { ...approval, state: 'Pending', by: '', reason: '' }, method: 'm', tool: 't' }),
  );
  digester.add(recordOf({ time: AT + 5000, approval, tool: 't' }));
  digester.add(recordOf({ time: AT + 6000, outcome: 'refused' }, REFUSED));
  expect(digester.finish()).toMatchObject({
    decisions: 2,
    callers: 1,
    servers: ['default/files'],
    first: AT - 1000,
    last: AT + 6000,
    effects: [
      { what: 'Allow', count: 1 },
      { what: 'Deny', count: 1 },
    ],
    policies: { list: [{ revision: 'sha256:1', from: AT, until: AT + 6000, decisions: 2, packs: ['a/b'] }] },
    questions: { list: [{ name: 'a-1', asked: AT, at: AT + 5000, state: 'Consumed', by: 'ada', what: 'm t' }] },
    refused: { list: [{ what: 'tools/call read_file', reason: 'denied', rules: ['default/files#roots'] }] },
    changes: { list: [{ words: 'the gate began' }, { event: 'policy' }] },
  });
});

test('what finds no room is counted', () => {
  const digester = new LogDigester(changeText);
  for (let i = 0; i < 510; i++) digester.add(recordOf({ outcome: 'refused' }, REFUSED));
  expect(digester.finish().refused).toMatchObject({ omitted: 10 });
});

test('of an empty log there is nothing to say', () => {
  expect(new LogDigester(changeText).finish()).toMatchObject({ decisions: 0, first: undefined, servers: [] });
});
