import { expect, it } from 'vitest';
import { Environment } from './environment.ts';
import { known } from './values.ts';

const span = { start: 0, end: 1 };
const used = (act: (environment: Environment) => void): string[] => {
  const environment = new Environment();
  act(environment);
  return environment.uses.map(({ text }) => text);
};

it('has what stands in front of a program', () => {
  expect(used((environment) => environment.assign('A', false, span))).toEqual(['A']);
  expect(used((environment) => environment.assign('A', true, span))).toEqual([]);
});

it('has what the shell acts on itself', () => {
  expect(used((environment) => environment.assign('PROMPT_COMMAND', true, span))).toEqual(['PROMPT_COMMAND']);
});

it('has what is assigned once all are exported', () => {
  const found = used((environment) => {
    environment.assign('A', true, span);
    environment.run('set', ['set', '-a'].map(known), span);
    environment.assign('B', true, span);
    environment.run('read', ['read', 'C'].map(known), span);
  });
  expect(found).toEqual(['B', 'C']);
});
