import { describe, expect, it } from 'vitest';
import { approval, termsOfBoth } from './approval.ts';

describe('the terms of an approval', () => {
  it.each([
    ['as they are said', { effect: 'RequireApproval', approval: { expires: '1h30m', hold: '0s' } }, [5_400_000, 0]],
    ['as they are by default', { effect: 'RequireApproval' }, [900_000, 45_000]],
  ])('are milliseconds, %s', (_how, said, [expiresMs, holdMs]) => {
    expect(approval.compile(said)).toEqual({ expiresMs, holdMs });
  });

  it('say how a client is told, where a rule does', () => {
    const said = { expires: '1m', hold: '1s', tell: 'Elicitation' } as const;
    expect(approval.compile({ effect: 'RequireApproval', approval: said })?.tell).toBe('Elicitation');
  });

  it('are not there where nobody is asked', () => {
    expect(approval.compile({ effect: 'Allow', approval: { expires: '1m', hold: '1s' } })).toBeNull();
  });

  it('are the shorter of each', () => {
    const [a, b] = [
      { expiresMs: 1, holdMs: 4 },
      { expiresMs: 2, holdMs: 3 },
    ];
    expect(termsOfBoth(a, b)).toEqual({ expiresMs: 1, holdMs: 3 });
    expect(termsOfBoth(b, a)).toEqual(termsOfBoth(a, b));
    const told = { ...a, tell: 'Elicitation' } as const;
    for (const terms of [termsOfBoth(told, b), termsOfBoth(b, told)]) expect(terms.tell).toBe('Elicitation');
  });

  it('say nothing of votes where one of anybody is enough', () => {
    const said = { effect: 'RequireApproval', approval: { expires: '1m', hold: '1s', quorum: 1, veto: true } };
    expect(approval.compile(said)).toEqual({ expiresMs: 60_000, holdMs: 1000 });
  });

  it('add up their quorums, and have a veto unless neither has', () => {
    const [a, b] = [
      { expiresMs: 1, holdMs: 1, quorums: [{ quorum: 2 }], veto: false as const },
      { expiresMs: 1, holdMs: 1, quorums: [{ quorum: 1, approvers: { groups: ['treasury'] } }], veto: false as const },
    ];
    const plain = { expiresMs: 1, holdMs: 1 };
    expect(termsOfBoth(a, b)).toEqual({ ...a, quorums: [...b.quorums, ...a.quorums] });
    expect(termsOfBoth(a, plain)).toEqual({ ...plain, quorums: a.quorums });
    expect(termsOfBoth(plain, { ...plain, veto: false })).toEqual(plain);
  });
});
