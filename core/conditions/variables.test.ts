import { expect, it } from 'vitest';
import { Frame, NO_FACTS } from './frame.ts';
import { FACTS } from './testing/ask.ts';
import { readVariable, SUBJECTS, VARIABLES, variablesOf } from './variables.ts';

it('are those of the kind of rule', () => {
  expect(variablesOf('tool')).toEqual(['principal', 'server', 'session', 'now', 'arguments', 'tool']);
  expect(variablesOf('request')).toEqual(['principal', 'server', 'session', 'now']);
  for (const subject of SUBJECTS) expect(variablesOf(subject)).toContain('principal');
});

it.each(Object.keys(VARIABLES))('%s is read, and costs something', (name) => {
  const frame = new Frame(FACTS, 'transfer', {}, 10);
  expect(readVariable(name)(frame)).toBeDefined();
  expect(frame.left).toBeLessThan(10);
});

it.each(['principal', 'server', 'session', 'now', 'arguments'])('%s fails where it is not known', (name) => {
  expect(() => readVariable(name)(new Frame(NO_FACTS, '', undefined, 10))).toThrow(`(${name})`);
});

it.each(['', 'toString', '__proto__'])('%j is none', (name) => {
  expect(() => readVariable(name)).toThrow('no such variable');
});
