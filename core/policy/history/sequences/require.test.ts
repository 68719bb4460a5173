import { describe, expect, it } from 'vitest';
import { ada } from '../../testing/gen.ts';
import type { Played } from '../../testing/player.ts';
import { bob, effects, MINUTE, playerOf, type Sequence, wordsOf } from '../../testing/sequence-player.ts';

describe('a prerequisite', () => {
  const confirm: Sequence = { require: { tools: ['draft'] }, before: { tools: ['send'] }, within: '10m' };

  it('is met by a call that succeeded, however many others came in between', () => {
    const player = playerOf(confirm);
    expect(effects(player, { tool: 'send' }, { tool: 'draft' }, { tool: 'other' }, { tool: 'send' })).toEqual([
      ...[false, true, true, true],
    ]);
  });

  it.each<[string, Played]>([
    ['failed', { tool: 'draft', result: null }],
    ['says that it is an error', { tool: 'draft', result: { isError: true } }],
    ['was made by somebody else', { tool: 'draft', who: bob }],
  ])('is not met by a call that %s', (_, first) => {
    expect(effects(playerOf(confirm), first, { tool: 'send' })).toEqual([true, false]);
  });

  it('is met by a call on another session of the same principal, but for a rule by session', () => {
    const calls = [
      { tool: 'draft', session: 'a' },
      { tool: 'send', session: 'b' },
      { tool: 'send', session: 'a' },
    ];
    expect(effects(playerOf(confirm), ...calls)).toEqual([true, true, true]);
    expect(effects(playerOf({ ...confirm, per: 'session' }), ...calls)).toEqual([true, false, true]);
  });

  it('is met for so long', () => {
    const player = playerOf(confirm);
    player.play({ tool: 'draft' });
    player.now += 10 * MINUTE - 1;
    expect(player.play({ tool: 'send' }).isSent).toBe(true);
    player.now += 2;
    expect(player.play({ tool: 'send' }).isSent).toBe(false);
  });

  it('is good for one call where the rule says so', () => {
    const player = playerOf({ ...confirm, uses: 1 });
    expect(effects(player, { tool: 'draft' }, { tool: 'send' }, { tool: 'send' }, { tool: 'draft' })).toEqual([
      ...[true, true, false, true],
    ]);
    expect(player.play({ tool: 'send' }).isSent).toBe(true);
  });

  it('says what is needed, and why', () => {
    expect(wordsOf(playerOf({ ...confirm, name: 'confirm', reason: 'somebody looks at it' }), { tool: 'send' })).toBe(
      'Refused by policy: tool "send", which needs tool "draft" to have been called before, with success, within 10 minutes. The policy says: somebody looks at it. Rule: finance/pack#confirm.',
    );
  });

  it('is met by anybody of the same group, where it is by group', () => {
    const player = playerOf({ ...confirm, per: 'group' });
    expect(effects(player, { tool: 'draft', who: bob }, { tool: 'send' })).toEqual([true, true]);
    const carl = { ...ada, groups: ['treasury', 'staff'] };
    expect(player.play({ tool: 'send', who: carl }).isSent).toBe(false);
    const named = playerOf({ ...confirm, per: 'group', principals: { groups: ['treasury'] } });
    expect(effects(named, { tool: 'draft', who: bob }, { tool: 'send', who: carl })).toEqual([true, true]);
  });
});
