import { expect, it } from 'vitest';
import { scriptKubectl } from '../testing/scripted-kubectl.ts';
import { Packs } from './packs.ts';

it.each([
  ['halts nothing', { spec: { tools: [] } }, 'halts nothing'],
  ['says nothing', {}, 'halts nothing'],
  ['has rules besides', { spec: { halt: { reason: 'x' }, tools: [] } }, 'says more than what is halted (tools)'],
  ['is not there', 'Error from server (NotFound): policypacks "halt" not found', 'PolicyPack halt is not there'],
])('leaves a pack that %s', (_what, answer, words) => {
  const kubectl = scriptKubectl(answer);
  expect(() => new Packs({}).removeHalt('halt')).toThrow(words);
  expect(kubectl.asked()).toEqual(['get policypacks.sallyport.dev halt -o json']);
});
