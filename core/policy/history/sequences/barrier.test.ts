import { describe, expect, it } from 'vitest';
import { ada } from '../../testing/gen.ts';
import { bob, effects, MINUTE, playerOf, type Sequence, wordsOf } from '../../testing/sequence-player.ts';

describe('a barrier', () => {
  const barrier: Sequence = {
    ...{ name: 'no-export', after: { labels: ['private-source'] }, forbid: { labels: ['external-sink'] } },
    within: '30m',
  };

  it('names the earlier call, says when it was, and when it is over', () => {
    const player = playerOf(barrier);
    player.play({ tool: 'read_customer' });
    player.now += 2 * MINUTE;
    expect(player.play({ tool: 'look' }).isSent).toBe(true);
    expect(wordsOf(player, { tool: 'send_mail' })).toBe(
      'Refused by policy: tool "send_mail", since tool "read_customer" was called 2 minutes ago (2027-01-15T08:00:00Z, trace aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0), which this must not follow within 30 minutes. It may be called again in 28 minutes, at 08:30:00Z. Rule: finance/pack#no-export.',
    );
    player.now += 28 * MINUTE + 1;
    expect(player.play({ tool: 'send_mail' }).isSent).toBe(true);
  });

  it('counts from sending, whatever comes of the call', () => {
    const player = playerOf(barrier);
    const reading = player.send({ tool: 'read_a', result: null });
    expect(player.play({ tool: 'http_get' }).isSent).toBe(false);
    reading.answer();
    expect(player.play({ tool: 'http_get' }).isSent).toBe(false);
  });

  it('counts from the answer of a call that took long', () => {
    const player = playerOf(barrier);
    player.play({ tool: 'read_a', takes: 20 * MINUTE });
    player.now += 20 * MINUTE;
    expect(player.play({ tool: 'send_mail' }).isSent).toBe(false);
  });

  it('does not count what was not sent', () => {
    const player = playerOf(barrier, { after: { tools: ['look'] }, forbid: { tools: ['read_a'] }, within: '1m' });
    const calls = [{ tool: 'look' }, { tool: 'read_a' }, { tool: 'send_mail' }];
    expect(effects(player, ...calls)).toEqual([true, false, true]);
  });

  it('lets something happen once, where it forbids what it comes after', () => {
    const player = playerOf({ after: { tools: ['a'] }, forbid: { tools: ['a'] }, within: '1m' });
    expect(effects(player, { tool: 'a' }, { tool: 'a' })).toEqual([true, false]);
  });

  it('holds for a person, who reads which call it is about', () => {
    const player = playerOf({ ...barrier, effect: 'RequireApproval', approval: { expires: '1m' } });
    player.play({ tool: 'read_customer' });
    const { against } = player.play({ tool: 'send_mail' });
    expect(against[0]?.verdict).toMatchObject({
      effect: 'RequireApproval',
      obligations: { approval: { expiresMs: MINUTE, holdMs: 45_000 } },
      causes: [
        { kind: 'history', detail: expect.stringContaining('tool "read_customer" was called just now') as string },
      ],
    });
    expect(player.play({ tool: 'send_mail', approved: true }).isSent).toBe(true);
  });

  it('records in shadow, and with Log, and stops nothing', () => {
    for (const mild of [{ mode: 'Shadow' }, { effect: 'Log' }] as const) {
      const player = playerOf({ ...barrier, ...mild });
      player.play({ tool: 'read_customer' });
      const { isSent, against, recorded } = player.play({ tool: 'send_mail' });
      expect([isSent, against.length, recorded.length]).toEqual([
        true,
        'effect' in mild ? 1 : 0,
        'mode' in mild ? 1 : 0,
      ]);
    }
  });

  it('is about those it names', () => {
    const player = playerOf({ ...barrier, principals: { names: ['bob'] } });
    const calls = [bob, ada].map((who) => [
      { tool: 'read_a', who },
      { tool: 'send_mail', who },
    ]);
    expect(calls.map((two) => effects(player, ...two))).toEqual([
      [true, false],
      [true, true],
    ]);
  });

  it('may have several stages, which have to come in their order', () => {
    const staged: Sequence = {
      ...{
        after: { tools: ['list'] },
        followedBy: [{ tools: ['read_*'] }],
        forbid: { tools: ['upload'] },
        within: '10m',
      },
    };
    const played = (...tools: string[]) => effects(playerOf(staged), ...tools.map((one) => ({ tool: one }))).at(-1);
    expect(played('list', 'upload')).toBe(true);
    expect(played('read_a', 'upload')).toBe(true);
    expect(played('read_a', 'list', 'upload')).toBe(true);
    expect(played('list', 'other', 'read_a', 'other', 'upload')).toBe(false);
  });

  it('holds for resources in whatever spelling, and for prompts', () => {
    const player = playerOf({
      ...{ after: { resources: ['file:///secrets/**'] }, forbid: { prompts: ['mail*'], tools: ['x'] }, within: '1m' },
    });
    const spelled = { tool: 'file:///secr%65ts/a', kind: 'resource' as const };
    expect(effects(player, { tool: 'x' }, spelled, { tool: 'x' }, { tool: 'mail_it', kind: 'prompt' })).toEqual([
      ...[true, true, false, false],
    ]);
  });
});
