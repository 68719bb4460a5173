import { describe, expect, it } from 'vitest';
import { formatPath, formatProblem, showValue } from './problem.ts';

const at = { file: 'a.yaml', line: 3, column: 7 };

describe('formatProblem', () => {
  it('prints place, path, message and mend on one line', () => {
    const problem = { ...at, path: 'spec.mode', message: '"x" is not a mode', mend: 'write Enforce' };
    expect(formatProblem(problem)).toBe('a.yaml:3:7: spec.mode: "x" is not a mode; write Enforce');
  });

  it('leaves out an empty path and an absent mend', () => {
    expect(formatProblem({ ...at, path: '', message: 'no' })).toBe('a.yaml:3:7: no');
  });
});

describe('formatPath', () => {
  it.each([
    ['names and indexes', ['spec', 'tools', 2, 'effect'], 'spec.tools[2].effect'],
    ['keys that are no names are quoted', ['labels', 'a/b.c'], 'labels["a/b.c"]'],
    ['control characters in keys are escaped', ['\u001b[0m'], '["\\u001b[0m"]'],
    ['nothing', [], ''],
  ])('%s', (_, path, text) => {
    expect(formatPath(path)).toBe(text);
  });
});

describe('showValue', () => {
  it.each([
    ['strings are quoted', 'a"b', '"a\\"b"'],
    ['numbers are not', 5, '5'],
    ['terminal escapes are shown, not sent', '\u001b[31m\u009b', '"\\u001b[31m\\u009b"'],
    ['text direction cannot be turned round', 'a\u202eb', '"a\\u202eb"'],
    ['lists are JSON', [1, 'a'], '[1,"a"]'],
  ])('%s', (_, value, text) => {
    expect(showValue(value)).toBe(text);
  });

  it('cuts at 80 characters', () => {
    const shown = showValue('x'.repeat(200));
    expect(shown).toHaveLength(80);
    expect(shown.endsWith('…')).toBe(true);
  });
});
