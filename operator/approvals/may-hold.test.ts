import { expect, test } from 'vitest';
import { readCondition } from '../../core/conditions/read.ts';
import { type CallAsSeen, mayHold } from './may-hold.ts';

const call: CallAsSeen = {
  server: { namespace: 'finance', name: 'ledger' },
  principal: { name: 'billing-agent', groups: ['agents'] },
  target: { kind: 'tool', name: 'transfer' },
  preview: { amount: 5000 },
  now: Date.parse('2026-11-21T10:00:00Z'),
};

test.each<[string, string, Partial<CallAsSeen>, boolean]>([
  ['what is so', 'arguments.amount > 1000', {}, true],
  ['what is not', 'arguments.amount > 1000', { preview: { amount: 5 } }, false],
  ['what is not of the caller', 'principal.name == "other"', {}, false],
  ['what is of the caller', '"agents" in principal.groups', {}, true],
  ['what is of how the caller was proven', 'principal.kind == "jwt"', {}, true],
  ['what is of the server', 'server.namespace == "finance"', {}, true],
  ['what is not of the time', 'now < timestamp("2026-01-01T00:00:00Z")', {}, false],
  ['what is not of the tool', 'tool.name.startsWith("get_")', {}, false],
  ['what nobody can tell', 'arguments.amount > 1000', { preview: {} }, true],
  ['what only the gate knows', 'session.id == "a"', {}, true],
  ['what is cut', 'arguments.amount > 1000', { preview: { amount: 5, memo: 'aaa… [7 more characters]' } }, true],
  ['what may be cut', 'arguments.amount > 1000', { preview: { amount: 5, list: [1, '[too much to show]'] } }, true],
  ['what is redacted', 'arguments.to == "x"', { preview: { to: '[redacted: IBAN]' } }, true],
  ['what stands beside something else', 'arguments.amount > 1000', { preview: { arguments: { amount: 5 } } }, true],
  [
    'the arguments of a prompt',
    'arguments.amount > 1000',
    { target: { kind: 'prompt', name: 'p' }, preview: { amount: 5 } },
    true,
  ],
])('%s may hold a call: %s', (_, text, more, expected) => {
  expect(mayHold(readCondition(text, more.target?.kind === 'prompt' ? 'prompt' : 'tool'), { ...call, ...more })).toBe(
    expected,
  );
});
