import { describe, expect, it } from 'vitest';
import { EventIds } from './event-ids.ts';

describe('EventIds', () => {
  it('knows the ids it was given last, and no others', () => {
    const ids = new EventIds();
    expect(ids.has('')).toBe(false);
    for (let i = 0; i < 2000; i++) {
      ids.add(`stream_${i}`);
      expect(ids.has(`stream_${i}`)).toBe(true);
      expect(ids.has(`stream_${i + 1}`)).toBe(false);
    }
    const known = Array.from({ length: 2000 }, (_, i) => i).filter((i) => ids.has(`stream_${i}`));
    expect(known).toEqual(Array.from({ length: 512 }, (_, i) => 2000 - 512 + i));
  });

  it('tells ids apart that differ little', () => {
    const ids = new EventIds();
    ids.add('a1');
    for (const other of ['1a', 'a2', 'a', '1', 'a1 ', ' a1', 'A1', 'a\u0031\u0000']) expect(ids.has(other)).toBe(false);
  });
});
