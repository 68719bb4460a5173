import { expect, it } from 'vitest';
import { Inspection } from '../../inspection.ts';
import { identifierArgument } from './identifier.ts';

const foundIn = (value: unknown): unknown => {
  const check = identifierArgument.prepare(identifierArgument.compile({ type: 'identifier' }));
  const inspection = new Inspection({ monotonic: () => 0 });
  const found = check.inspect(value, inspection, inspection.enforced);
  return found && { reason: found.finding.reason, at: found.at };
};

it('passes a name and a list of names', () => {
  expect(foundIn('feature/foo-bar')).toBeUndefined();
  expect(foundIn(['main', "O'Brien"])).toBeUndefined();
  expect(foundIn(undefined)).toBeUndefined();
});

it('finds what is syntax to a program, and says in which of a list', () => {
  expect(foundIn('main; id')).toEqual({ reason: 'separator', at: '' });
  expect(foundIn(['main', '--output=/x'])).toEqual({ reason: 'option', at: '/1' });
  expect(foundIn(7)).toEqual({ reason: 'type', at: '' });
});
