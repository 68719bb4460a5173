import { expect, test } from 'vitest';
import { DefinitionTable } from '../memory/definitions.ts';
import { InputSchemas } from '../memory/input-schemas.ts';
import type { Approval } from './approval.ts';
import { isRedefined, knownDefinitionOf } from './known-definition.ts';

const tool = { kind: 'tool', name: 'pay', args: undefined } as const;
const text = (description: string): Buffer => Buffer.from(JSON.stringify({ name: 'pay', description }));

function parts() {
  return { definitions: new DefinitionTable(), inputSchemas: new InputSchemas() };
}
const pinAfter = (description: string): string => {
  const known = parts();
  known.inputSchemas.listed('pay', text(description));
  return knownDefinitionOf(tool, known).pin ?? expect.fail('no pin');
};

test('of a tool that was listed the digest is known, and what to tell a person', () => {
  const known = parts();
  expect(knownDefinitionOf(tool, known)).toEqual({ pin: undefined, card: undefined });
  known.inputSchemas.listed('pay', text('Pays.'));
  const { pin, card } = knownDefinitionOf(tool, known);
  expect(pin).toMatch(/^sha256:/);
  expect(card?.shown.description).toBe('Pays.');
});

test('what packs have pinned has the same digest, of a prompt too', () => {
  const known = parts();
  for (const kind of ['tool', 'prompt'] as const)
    known.definitions.listed(known.definitions.read(kind, 'pay', text('Pays.'), undefined));
  expect(knownDefinitionOf(tool, known).pin).toBe(pinAfter('Pays.'));
  expect(knownDefinitionOf({ ...tool, kind: 'prompt' }, known).pin).toMatch(/^sha256:/);
  expect(knownDefinitionOf({ ...tool, kind: 'resource' }, known).pin).toBeUndefined();
});

test.each([
  ['it is the same', 'Pays.', 'Pays.', 'Pays.', false],
  ['it is another one than it was when the call came', 'Pays.', 'Pays.', 'Pays twice.', true],
  ['it is another one than whoever asked first had', 'Pays twice.', undefined, 'Pays.', true],
  ['whoever asked first had none', undefined, 'Pays.', 'Pays.', false],
  ['nobody has seen any', undefined, undefined, undefined, false],
  ['this gate has never seen one', 'Pays.', undefined, undefined, false],
  ['this gate has forgotten it', undefined, 'Pays.', undefined, true],
])('an approval where %s', (_, asked, atCall, now, isVoid) => {
  const known = parts();
  if (now !== undefined) known.inputSchemas.listed('pay', text(now));
  const pinOf = (said: string | undefined): string | undefined => (said === undefined ? undefined : pinAfter(said));
  const approval = { pin: pinOf(asked), subject: { target: tool, pin: pinOf(atCall) } } as Approval;
  expect(isRedefined(approval, known)).toBe(isVoid);
});
