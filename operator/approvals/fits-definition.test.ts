import { expect, test } from 'vitest';
import type { CallSubject } from '../../core/api/approval-request.ts';
import { fitsDefinition } from './fits-definition.ts';

const asked = (pin?: string): CallSubject => ({
  method: 'tools/call',
  tool: 'pay',
  preview: {},
  digest: 'd',
  ...(pin === undefined ? {} : { pin }),
});
const pins = [{ kind: 'tool' as const, name: 'pay', refused: ['bad'] }];

test.each([
  ['the same definition', 'a', 'a', true],
  ['another definition', 'a', 'b', false],
  ['a definition that whoever asked did not know', undefined, 'a', true],
  ['a gate that knows none', 'a', undefined, true],
  ['a definition that a person has refused', 'bad', 'bad', false],
  ['the same, where only the gate knows it', undefined, 'bad', false],
  ['nothing known at all', undefined, undefined, true],
])('a request is used with %s: %#', (_, before, now, fits) => {
  expect(fitsDefinition(asked(before), now, pins)).toBe(fits);
});

test('what was refused of another tool is no matter, and what is no call is not used', () => {
  expect(fitsDefinition(asked('bad'), 'bad', [{ kind: 'tool', name: 'other', refused: ['bad'] }])).toBe(true);
  expect(fitsDefinition(undefined, 'a', [])).toBe(false);
});
