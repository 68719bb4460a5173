import { expect, test } from 'vitest';
import { BoundedLabels } from './bounded-labels.ts';

test('the first names stay themselves, others and endless ones have one name', () => {
  const labels = new BoundedLabels(2);
  const all = ['a', 'x'.repeat(129), 'b', '', 'c', 'a', 'b'];
  expect(all.map((name) => labels.of(name))).toEqual(['a', '_other', 'b', '', '_other', 'a', 'b']);
});
