import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../../../api/policy-pack.ts';
import { explainRefusal } from '../../explain.ts';
import { ada, pack, policyOf, tool } from '../../testing/gen.ts';
import { type Played, Player } from '../../testing/player.ts';

type Sequence = NonNullable<PolicyPackInput['spec']['sequences']>[number];
const MINUTE = 60_000;
const bob = { ...ada, name: 'bob' };

function playerOf(...sequences: Sequence[]): Player {
  const labels = { 'private-source': ['read_*'], 'external-sink': ['send_*', 'http_get'] };
  return new Player(policyOf(pack({ labels, sequences })));
}

const effects = (player: Player, ...calls: Played[]) => calls.map((call) => player.play(call).isSent);
const wordsOf = (player: Player, call: Played) => {
  const [judged] = player.play(call).against;
  return judged === undefined ? undefined : explainRefusal(judged.verdict, tool(call.tool), ada);
};

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

describe('a pair of calls about the same thing', () => {
  const pair: Sequence = {
    ...{ require: { tools: ['create'] }, before: { tools: ['confirm'] }, within: '10m' },
    match: { argument: 'id', equals: { result: '/draft/id' } },
  };
  const created = (id: unknown) => ({ tool: 'create', result: { structuredContent: { draft: { id } } } });
  const confirm = (id: unknown) => ({ tool: 'confirm', args: { id } });

  it.each<[string, Played, Played, boolean]>([
    ['the same', created('d-1'), confirm('d-1'), true],
    ['another', created('d-1'), confirm('d-2'), false],
    ['the same as a number', created(7), confirm('7'), true],
    ['a number that was another before it was read', created('9007199254740993'), confirm(9007199254740993), false],
    ['none', created('d-1'), { tool: 'confirm', args: {} }, false],
    ['no arguments', created('d-1'), { tool: 'confirm' }, false],
    ['null', created('d-1'), confirm(null), false],
    ['an object', created('d-1'), confirm({ id: 'd-1' }), false],
    ['two, of which one is another', created('d-1'), confirm(['d-1', 'd-2']), false],
    ['two that are both known', created(['d-1', 'd-2']), confirm(['d-1', 'd-2']), true],
    ['a key in another case with another', created('d-1'), { tool: 'confirm', args: { id: 'd-1', ID: 'd-2' } }, false],
    ['what a failed call made', { ...created('d-1'), result: { isError: true } }, confirm('d-1'), false],
    [
      'the same, in JSON that is text',
      { tool: 'create', result: { content: [{ type: 'text', text: '{"draft":{"id":"d-1"}}' }] } },
      confirm('d-1'),
      true,
    ],
    [
      'text that is no JSON',
      { tool: 'create', result: { content: [{ type: 'text', text: 'd-1' }] } },
      confirm('d-1'),
      false,
    ],
  ])('names %s', (_, first, second, isSent) => {
    expect(effects(playerOf(pair), first, second)).toEqual([true, isSent]);
  });

  it('can be told by the arguments of both', () => {
    const player = playerOf({ ...pair, match: { argument: '/mail/to', equals: { argument: 'to' } } });
    const sends = ['ada', 'eve'].map((to) => ({ tool: 'confirm', args: { mail: { to } } }));
    expect(effects(player, { tool: 'create', args: { to: 'ada' } }, ...sends)).toEqual([true, true, false]);
  });

  it('uses each thing once where the rule says so', () => {
    const player = playerOf({ ...pair, uses: 1 });
    const all = [created('a'), created('b'), confirm('a'), confirm('a'), confirm('b')];
    expect(effects(player, ...all)).toEqual([true, true, true, false, true]);
  });
});

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
      ...{ after: { tools: ['list'] }, then: [{ tools: ['read_*'] }], forbid: { tools: ['upload'] }, within: '10m' },
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
