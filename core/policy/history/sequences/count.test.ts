import { describe, expect, it } from 'vitest';
import { effects, MINUTE, playerOf, wordsOf } from '../../testing/sequence-player.ts';

describe('a count', () => {
  it('lets so many pass in a window, of all members together, and says when the next one may', () => {
    const player = playerOf({
      name: 'bulk',
      count: { of: { labels: ['private-source'] }, moreThan: 2, within: '10m' },
    });
    expect(effects(player, { tool: 'read_a' }, { tool: 'read_b' })).toEqual([true, true]);
    const { against } = player.play({ tool: 'read_c' });
    expect(against[0]?.limited).toMatchObject({
      policy: 'finance/pack#bulk',
      limit: 2,
      unit: 'requests',
      remaining: 0,
    });
    expect(wordsOf(player, { tool: 'read_c' })).toMatch(
      /^Refused by policy: tool "read_c", after 2 calls of a tool labelled "private-source" within 10 minutes, which is all that may be\. It may be called again in 1\d minutes, at .*Z\. Rule: finance\/pack#bulk\.$/,
    );
    player.now += 11 * MINUTE;
    expect(player.play({ tool: 'read_c' }).isSent).toBe(true);
  });
});
