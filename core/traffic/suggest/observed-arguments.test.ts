import { expect, it } from 'vitest';
import type { Shape } from '../shape.ts';
import { ObservedArguments } from './observed-arguments.ts';

const text = { is: 'text', chars: 8 } as const;

it('counts by where it stands, once a call', () => {
  const args = new ObservedArguments();
  const edits: Shape = {
    is: 'array',
    items: [
      { is: 'object', members: { 'a/b': text } },
      { is: 'object', members: { 'a/b': text, c: text } },
    ],
    count: 2,
  };
  args.add({ is: 'object', members: { edits, none: { is: 'value', value: null } } });
  args.add({ is: 'object', members: {} });
  args.add(undefined);
  expect(args.calls).toBe(3);
  expect([...args.values].map(([pointer, { calls }]) => [pointer, calls])).toEqual([
    ['/edits', 1],
    ['/edits/*', 1],
    ['/edits/*/a~1b', 1],
    ['/edits/*/c', 1],
  ]);
  expect(args.isPartly).toBe(false);
});

it('says that it does not know all', () => {
  const left = new ObservedArguments();
  left.add({ is: 'object', members: {}, left: 1 });
  const many = new ObservedArguments();
  many.add({ is: 'object', members: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`p${i}`, text])) });
  expect([left.isPartly, many.isPartly, many.values.size]).toEqual([true, true, 64]);
});
