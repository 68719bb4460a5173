import { expect, it } from 'vitest';
import { newSpanId, newTraceId } from './trace-id.ts';

it.each([
  ['traces', newTraceId, 32],
  ['spans', newSpanId, 16],
])('ids of %s are hex, and never the same twice', (_, make, length) => {
  const ids = Array.from({ length: 2000 }, make);
  expect(new Set(ids).size).toBe(2000);
  for (const id of ids) expect(id).toMatch(new RegExp(`^[0-9a-f]{${length}}$`));
});
