import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { loadValue } from './load-value.ts';
import { formatProblem } from './problem.ts';

const schema = z.strictObject({ names: z.array(z.string()).min(1), mode: z.enum(['Fast', 'Slow']).optional() });
const read = (text: string) => loadValue(text, 'a.yaml', schema, { message: 'expected a mapping', mend: 'write one' });
const problemsOf = (text: string): string[] => {
  const loaded = read(text);
  return 'problems' in loaded ? loaded.problems.map(formatProblem) : [];
};

describe('a document that is no kind', () => {
  it('is read, and says where things stand', () => {
    const loaded = read('mode: Fast\nnames:\n  - a\n  - b\n');
    expect(loaded).toMatchObject({ value: { names: ['a', 'b'], mode: 'Fast' } });
    expect('position' in loaded && loaded.position(['names', 1])).toEqual({ line: 4, column: 5 });
  });

  it.each([
    [
      'a field that there is not',
      'name: [a]\nnames: [a]\n',
      ['a.yaml:1:1: name: unknown field `name`; did you mean `names`?'],
    ],
    [
      'a word that there is not',
      'names: [a]\nmode: Fats\n',
      ['a.yaml:2:7: mode: "Fats" is not a mode; did you mean Fast?'],
    ],
    ['what is missing', 'mode: Fast\n', ['a.yaml:1:1: names: is missing; add `names`']],
    ['a list', '- a\n', ['a.yaml:1:1: expected a mapping, got a list; write one']],
    ['nothing', '', ['a.yaml:1:1: the file is empty; delete it or write it']],
    ['two documents', 'names: [a]\n---\nnames: [b]\n', ['a.yaml:1:1: more than one document; write a file for each']],
    [
      'a field written twice',
      'names: [a]\nnames: [b]\n',
      ['a.yaml:2:1: names: the field is written twice; keep one of them'],
    ],
  ])('is not taken with %s', (_what, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('is not taken when it is nested beyond what can be read', () => {
    expect(problemsOf('['.repeat(100_000))).toHaveLength(1);
  });
});
