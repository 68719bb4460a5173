import { describe, expect, it } from 'vitest';
import type { Principal } from '../principal.ts';
import type { Per } from '../../api/per.ts';
import type { HistoryEvent } from './rule.ts';
import { whomOf } from './whom.ts';

const ada: Principal = { kind: 'token', name: 'ada', groups: ['agents', 'staff'] };
const event = (said: Partial<HistoryEvent> = {}): HistoryEvent => ({
  ...{
    principal: ada,
    session: undefined,
    server: 'finance/ledger',
    target: { kind: 'tool', name: 'pay', args: undefined },
  },
  ...{
    labels: [],
    labelsInShadow: [],
    args: undefined,
    sent: undefined,
    destructive: false,
    argumentsHmac: undefined,
    secret: Buffer.alloc(32),
    verdict: undefined,
    now: 0,
    id: '1',
    ...said,
  },
});
const one = (per: readonly Per[], said?: Partial<HistoryEvent>): string => {
  const [first, ...more] = whomOf(event(said), per);
  if (first === undefined || more.length > 0) throw new Error('it is not one');
  return first;
};

describe('who is counted together', () => {
  it('is told by no name', () => {
    expect(one(['principal'])).toMatch(/^[\w-]{22}$/);
  });

  it('is one caller, whatever it calls', () => {
    expect(one(['principal'], { target: { kind: 'tool', name: 'other', args: undefined } })).toBe(one(['principal']));
    expect(one(['principal', 'tool'], { target: { kind: 'tool', name: 'other', args: undefined } })).not.toBe(
      one(['principal', 'tool']),
    );
  });

  it('is not two callers of one name that others vouch for', () => {
    const jwt = { ...ada, kind: 'jwt' as const, issuer: 'https://a.example' };
    const names = [ada, jwt, { ...jwt, issuer: 'https://b.example' }].map((principal) =>
      one(['principal'], { principal }),
    );
    expect(new Set(names).size).toBe(3);
  });

  it('is a session of one caller, and no session is the caller', () => {
    const bob = { ...ada, name: 'bob' };
    expect(one(['session'], { session: 's' })).not.toBe(one(['session'], { session: 's', principal: bob }));
    expect(one(['session'])).not.toBe(one(['session'], { principal: bob }));
  });

  it('is everybody where nothing tells callers apart', () => {
    expect(one(['server'])).toBe(one(['server'], { principal: { ...ada, name: 'bob' } }));
    expect(one(['server'])).not.toBe(one(['server'], { server: 'finance/other' }));
  });

  it('is each group of a caller, and all of no group together', () => {
    expect(whomOf(event(), ['group'])).toHaveLength(2);
    expect(whomOf(event(), ['group'])).toContain(
      one(['group'], { principal: { ...ada, name: 'bob', groups: ['staff'] } }),
    );
    expect(one(['group'], { principal: { ...ada, groups: [] } })).toBe(
      one(['group'], { principal: { ...ada, name: 'bob', groups: [] } }),
    );
  });
});

describe('what was reckoned for the call before', () => {
  it('is not taken for another caller, session, tool or server', () => {
    const others: Partial<HistoryEvent>[] = [
      {},
      { principal: { ...ada, name: 'bob' } },
      { session: 's' },
      { target: { kind: 'tool', name: 'other', args: undefined } },
      { target: { kind: 'prompt', name: 'pay', args: undefined } },
      { server: 'finance/other' },
    ];
    const all = others.map((said) => one(['session', 'tool', 'server'], said));
    expect(new Set(all).size).toBe(others.length);
    expect(others.map((said) => one(['server', 'tool', 'session'], said))).toEqual(all);
  });

  it('is not taken for what is counted otherwise', () => {
    const all = (['principal', 'tool', 'server', 'session'] as const).map((per) => one([per]));
    expect(new Set(all).size).toBe(4);
  });
});
