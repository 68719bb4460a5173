import { describe, expect, it } from 'vitest';
import { traceIdOf } from './trace-id.ts';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('traceIdOf', () => {
  it('takes the trace that the client belongs to', () => {
    expect(traceIdOf(`00-${ID}-00f067aa0ba902b7-01`)).toBe(ID);
  });

  it.each([
    undefined,
    '',
    'x',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${ID.toUpperCase()}-00f067aa0ba902b7-01`,
    ['a', 'b'],
  ])('makes a new one for %j', (header) => {
    const id = traceIdOf(header);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(id).not.toBe('0'.repeat(32));
  });

  it('never makes the same twice', () => {
    const ids = Array.from({ length: 2000 }, () => traceIdOf(undefined));
    expect(new Set(ids).size).toBe(2000);
  });
});
