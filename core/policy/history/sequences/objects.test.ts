import { describe, expect, it } from 'vitest';
import type { Played } from '../../testing/player.ts';
import { effects, playerOf, type Sequence } from '../../testing/sequence-player.ts';

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
    ['a number that was another before it was read', created(String(2 ** 53)), confirm(2 ** 53), false],
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
