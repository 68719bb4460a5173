import { describe, expect, it } from 'vitest';
import { ada, pack, tool } from '../../testing/gen.ts';
import type { Sequence } from '../../testing/sequence-player.ts';
import { compileSequences } from '../../rules/sequences.ts';
import { MemberSets } from './members.ts';
import { Ready } from './ready.ts';

function readyOf(more: Partial<Sequence>, shadow = false): Ready {
  const said: Sequence = { name: 'r', order: ['a', 'b'], within: '1m', ...more };
  const [rule] = compileSequences('finance/pack', pack({ sequences: [said] }).spec).sequences ?? [];
  if (rule === undefined) throw new Error('there is one');
  return new Ready(rule, shadow, new MemberSets());
}

const event = {
  ...{ principal: { ...ada, groups: ['a', 'b'] }, session: 's', server: 'finance/ledger', target: tool('a') },
  ...{
    labels: [],
    labelsInShadow: [],
    args: undefined,
    argumentsHmac: undefined,
    secret: Buffer.alloc(16),
    verdict: undefined,
    now: 0,
    id: 'x-1',
  },
};

describe('a sequence', () => {
  it('is kept for all servers of the namespace where it says so', () => {
    expect(readyOf({}).placeOf('w', 'step 0')).toEqual({ of: 'finance/pack#r step 0', whom: 'w' });
    expect(readyOf({ across: 'Namespace' }).placeOf('w', 'step 0')).toMatchObject({ across: true });
  });

  it('is kept of a session of its principal, of a principal, or of each group', () => {
    const other = { ...event, session: 't' };
    const of = (per: Sequence['per'], one = event) => readyOf({ per }).whomOf(one);
    expect(of('principal')).toEqual(of('principal', other));
    expect(of('session')).not.toEqual(of('session', other));
    expect(of('group')).toHaveLength(2);
    expect(readyOf({ per: 'group', principals: { groups: ['b'] } }).whomOf(event)).toEqual([of('group')[1]]);
  });

  it('is about those that it names', () => {
    expect(readyOf({ principals: { names: ['bob'] } }).membershipOf(event)).toBeUndefined();
    expect(readyOf({ principals: { names: ['ada'] } }).membershipOf(event)).toBeDefined();
  });

  it('asks for nothing where it only goes on record', () => {
    const op = { kind: 'unmark', of: 'a', whom: 'b' } as const;
    expect([readyOf({}).asked(op).isAsked, readyOf({ effect: 'Log' }).asked(op).isAsked]).toEqual([true, false]);
  });

  it.each([
    [undefined, 'it came before.'],
    ['look first', 'it came before. The policy says: look first.'],
    ['look first!', 'it came before. The policy says: look first!'],
  ])('says why: %s', (reason, words) => {
    const { verdict, limited } = readyOf(reason === undefined ? {} : { reason }).judged('it came before.');
    expect([verdict.causes[0]?.detail, verdict.rules, limited]).toEqual([words, ['finance/pack#r'], undefined]);
  });
});
