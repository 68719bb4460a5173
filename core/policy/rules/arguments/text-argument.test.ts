import { describe, expect, it } from 'vitest';
import { Inspection } from '../../inspection.ts';
import { TextArgument } from './text-argument.ts';

const check = new TextArgument({
  one: 'a word',
  many: 'words',
  read: (value: string) => ({ value, work: 10 }),
  workOf: () => 5,
  judge: ({ value }) =>
    value === 'bad'
      ? { detector: 'words', reason: 'bad', message: 'A bad word.', span: undefined, evidence: 'b…' }
      : undefined,
});
const look = (value: unknown, inspection = new Inspection({ monotonic: () => 0 })) =>
  check.inspect(value, inspection, inspection.enforced);

describe('an argument that is a text', () => {
  it.each([[null], [undefined], ['good'], [''], [[]], [['good', 'fine']]])('may be %j', (value) => {
    expect(look(value)).toBeUndefined();
  });

  it.each([
    ['a bad one', 'bad', 'A bad word.', ''],
    ['a number', 1, 'It must be a word or a list of words.', ''],
    ['an object', { path: 'good' }, 'It must be a word or a list of words.', ''],
    ['a list with something else in it', ['good', 1], 'It must be a list of words and nothing else.', '/1'],
    ['a list in a list', [['good']], 'It must be a list of words and nothing else.', '/0'],
    ['a list with a bad one', ['good', 'fine', 'bad'], 'A bad word.', '/2'],
    ['a very long list', Array.from({ length: 1001 }, () => 'good'), 'It must be a list of at most 1000 words.', ''],
  ])('is wrong as %s, and it is said where', (_what, value, message, at) => {
    expect(look(value)).toMatchObject({ finding: { message }, at });
  });

  it('is not known to be wrong once the budget is used up', () => {
    for (const work of [2, 12, 17]) {
      const inspection = new Inspection({ monotonic: () => 0 }, work);
      expect(look(['bad', 'bad'], inspection)).toBeUndefined();
      expect(inspection.enforced.exhausted).toBe(true);
    }
    expect(look('bad', new Inspection({ monotonic: () => 0 }, 18))).toBeDefined();
  });

  it('is read once in a call, and judged each time', () => {
    const inspection = new Inspection({ monotonic: () => 0 });
    look(['good', 'good'], inspection);
    expect(inspection.readings).toBe(1);
  });
});
