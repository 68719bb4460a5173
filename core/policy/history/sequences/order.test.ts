import { describe, expect, it } from 'vitest';
import { effects, playerOf, type Sequence, wordsOf } from '../../testing/sequence-player.ts';

describe('an order', () => {
  const order: Sequence = { order: ['a', 'b', 'c'], within: '10m' };
  const run = (...tools: string[]) => effects(playerOf(order), ...tools.map((one) => ({ tool: one })));

  it('goes on where the last success was, and may always begin anew', () => {
    expect(run('a', 'x', 'b', 'c')).toEqual([true, true, true, true]);
    expect(run('b')).toEqual([false]);
    expect(run('a', 'c')).toEqual([true, false]);
    expect(run('a', 'b', 'b')).toEqual([true, true, false]);
    expect(run('a', 'b', 'a', 'c')).toEqual([true, true, true, false]);
    expect(run('a', 'b', 'c', 'c')).toEqual([true, true, true, false]);
  });

  it('lets a step that failed be tried again', () => {
    const calls = [{ tool: 'a' }, { tool: 'b', result: null }, { tool: 'c' }, { tool: 'b' }, { tool: 'c' }];
    expect(effects(playerOf(order), ...calls)).toEqual([true, true, false, true, true]);
  });

  it('says where it is to go on', () => {
    expect(wordsOf(playerOf(order), { tool: 'b' })).toContain(
      'tool "b", which comes right after tool "a" in the order tool "a", then tool "b", then tool "c"',
    );
  });
});
