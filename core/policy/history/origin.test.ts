import { expect, test } from 'vitest';
import { originNote, originWords } from './origin.ts';
import type { HistoryEvent } from './rule.ts';

const event = (name: string): HistoryEvent => ({
  ...{ principal: { kind: 'token', name: 'ada', groups: [] }, session: undefined, server: 'finance/crm' },
  ...{ target: { kind: 'tool', name, args: undefined }, labels: [], labelsInShadow: [], args: undefined },
  ...{ argumentsHmac: undefined, secret: Buffer.alloc(32), verdict: undefined, now: 0, id: '4bf92f35-17' },
});

test('a call is told by its tool, its time and its trace', () => {
  const note = originNote(event('read_customer'));
  expect(originWords(note, 185_000)).toBe('tool "read_customer" 4 minutes ago (trace 4bf92f35)');
  expect(originWords(note, 20)).toBe('tool "read_customer" just now (trace 4bf92f35)');
});

test('a name that is very long is cut', () => {
  expect(originNote(event('x'.repeat(5000))).length).toBeLessThan(300);
});

test('of a note that is none nothing is told', () => {
  for (const note of ['', '{}', '["tool"]', '[1,2,3]', 'x']) expect(originWords(note, 0)).toBe('a call just now');
});
