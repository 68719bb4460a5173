import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../api/policy-pack.ts';
import { compile } from './compile.ts';
import { decideTarget } from './decide.ts';
import { Halts } from './halts.ts';
import { Policy } from './policy.ts';
import { ANONYMOUS, type Principal } from './principal.ts';
import { ada, pack, server } from './testing/gen.ts';

type Halt = NonNullable<PolicyPackInput['spec']['halt']>;

const ALLOW = { tools: [{ names: ['*'], effect: 'Allow' as const }] };
const tool = (name: string) => ({ kind: 'tool' as const, name, args: undefined });

function policyOf(...halts: Partial<Halt>[]): Policy {
  const packs = halts.map((halt, i) => pack({ halt: { reason: 'incident', ...halt } }, `stop-${i}`));
  const { bundle, revision } = compile(server(), [pack(ALLOW, 'allow'), ...packs]);
  return new Policy(bundle, revision);
}

describe('what is halted', () => {
  it('is nothing where no pack says so', () => {
    expect(Halts.of(compile(server(), [pack(ALLOW)]).bundle.packs)).toBeUndefined();
  });

  it.each<[what: string, halt: Partial<Halt>, who: Principal | undefined, all: boolean, send: boolean]>([
    ['everything of everyone', {}, ada, true, true],
    ['everything of everyone, also of those whom nobody knows', {}, undefined, true, true],
    ['everything of some', { principals: { names: [ada.name] } }, ada, true, true],
    ['nothing of others', { principals: { names: [ada.name] } }, ANONYMOUS, false, false],
    ['nothing of nobody, where some are meant', { principals: { names: [ada.name] } }, undefined, false, false],
    ['some tools of everyone', { tools: ['send_*'] }, ada, false, true],
    ['other tools', { tools: ['transfer'] }, ada, false, false],
    ['some tools of others', { tools: ['send_*'], principals: { groups: ['nobody'] } }, ada, false, false],
  ])('is %s', (_what, halt, who, all, send) => {
    const { halts } = policyOf(halt);
    expect(halts?.ofAll(who) !== undefined).toBe(all);
    expect(halts?.of(who, [tool('read'), tool('send_mail')]) !== undefined).toBe(send);
  });

  it('adds up', () => {
    const { halts } = policyOf({ tools: ['a'] }, { tools: ['b'], reason: 'another' });
    expect(halts?.of(ada, [tool('b')])).toMatchObject({ id: 'finance/stop-1#halt', said: { reason: 'another' } });
  });
});

describe('a gate that knows no halt', () => {
  it.each<[what: string, halt: Partial<Halt>, name: string, effect: string]>([
    ['denies all of it', {}, 'read', 'Deny'],
    ['denies the tools that are halted', { tools: ['send_*'] }, 'send_mail', 'Deny'],
    ['denies no other tool', { tools: ['send_*'] }, 'read', 'Allow'],
  ])('%s, and says why', (_what, halt, name, effect) => {
    const verdict = decideTarget(policyOf({ ...halt, by: 'bob' }), ada, tool(name));
    expect(verdict.effect).toBe(effect);
    if (effect === 'Deny') expect(JSON.stringify(verdict)).toContain('halted by bob: incident');
  });

  it.each(['resource', 'prompt'] as const)('denies every %s', (kind) => {
    expect(decideTarget(policyOf({}), ada, { kind, name: 'file:///a/b', args: undefined }).effect).toBe('Deny');
  });
});
