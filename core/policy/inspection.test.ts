import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../api/policy-pack.ts';
import type { Target } from '../mcp/catalogue.ts';
import { decide, decideTarget } from './decide.ts';
import { explainRefusal } from './explain.ts';
import { Inspection, MAX_MS, MAX_WORK, workOfList } from './inspection.ts';
import { ada, pack, policyOf, resource, tool } from './testing/gen.ts';

type Spec = PolicyPackInput['spec'];
type Rules = NonNullable<Spec['tools']>;

const STILL = { monotonic: () => 0 };
const rules = (count: number, roots: (i: number) => string[]): Rules =>
  Array.from({ length: count }, (_, i) => ({
    names: ['*'],
    effect: 'Allow',
    name: `rule-${i}`,
    arguments: { path: { type: 'path', roots: roots(i) } },
  }));
const sameRoots = (): string[] => ['/data'];
const otherRoots = (i: number): string[] => ['/data', `/other-${i}`];
/** Read in many ways, and allowed. */
const long = (i: number): string => `${'é\\a/'.repeat(1000)}${i}`;
const paths = (count: number, path: (i: number) => string): Target =>
  tool('read', { path: Array.from({ length: count }, (_, i) => path(i)) });

function ask(spec: Spec, target: Target, inspection = new Inspection(STILL)) {
  return { decision: decide(policyOf(pack(spec)), { principal: ada, targets: [target], inspection }), inspection };
}

describe('the budget of inspection', () => {
  it.each([1, 10, 100])('reads each value once under %i rules', (count) => {
    for (const roots of [sameRoots, otherRoots]) {
      const { decision, inspection } = ask(
        { tools: rules(count, roots) },
        paths(50, (i) => `/data/file ${i % 25}`),
      );
      expect(decision.effect).toBe('Allow');
      expect(inspection.readings).toBe(25);
    }
  });

  it('costs the same work under one rule as under a hundred that say the same', () => {
    const [one, hundred] = [1, 100].map((count) => {
      const { inspection } = ask(
        { tools: rules(count, sameRoots) },
        paths(100, (i) => `/data/${i}`),
      );
      // Each rule costs a unit to be looked at, and each of its parameters.
      return MAX_WORK - inspection.enforced.left - 2 * count;
    });
    expect(hundred).toBe(one);
  });

  it.each([
    ['one rule', rules(1, sameRoots)],
    ['a hundred rules', rules(100, otherRoots)],
  ])('refuses a call that would go beyond it, under %s', (_, tools) => {
    const target = paths(1000, long);
    const { decision, inspection } = ask({ tools }, target);
    expect(decision).toMatchObject({ effect: 'Deny', causes: [{ kind: 'inspection-budget' }] });
    expect(inspection.readings).toBeLessThan(100);
    expect(explainRefusal(decision, target, ada)).toMatch(/^Not executed: tool "read"\. .*too many or too long paths/);
  });

  it('lets what people and models send pass: 1,000 paths under four sets of roots', () => {
    const target = paths(1000, (i) => `/data/projects/website/src/components/navigation/menu-${i}.test.tsx`);
    expect(ask({ tools: rules(4, otherRoots) }, target).decision.effect).toBe('Allow');
    expect(
      ask({ tools: rules(1, sameRoots) }, tool('read', { path: '/data/Übersicht (Kopie).pdf' })).decision.effect,
    ).toBe('Allow');
  });

  it('never lets a rule in shadow refuse for it, nor take it from those that are enforced', () => {
    const enforced = pack({ tools: rules(1, sameRoots) });
    const shadow = pack({ mode: 'Shadow', tools: rules(500, otherRoots) }, 'shadow');
    const target = paths(500, (i) => `/data/${'a'.repeat(50)}${i}`);
    const inspection = new Inspection(STILL);
    const decision = decide(policyOf(enforced, shadow), { principal: ada, targets: [target], inspection });
    expect(inspection.shadow.exhausted).toBe(true);
    expect(decision).toMatchObject({ effect: 'Allow', causes: [{ kind: 'rule' }] });
    // The next of the same batch.
    expect(
      decide(policyOf(enforced, shadow), { principal: ada, targets: [tool('read', { path: '/data/x' })], inspection })
        .effect,
    ).toBe('Allow');
  });

  it('is one for all messages of a batch', () => {
    const policy = policyOf(pack({ tools: rules(1, sameRoots) }));
    const inspection = new Inspection(STILL);
    const effects = Array.from(
      { length: 100 },
      (_, i) =>
        decide(policy, {
          principal: ada,
          targets: [tool('read', { path: [long(2 * i), long(2 * i + 1)] })],
          inspection,
        }).effect,
    );
    expect(effects[0]).toBe('Allow');
    expect(effects.at(-1)).toBe('Deny');
    expect(inspection.readings).toBeLessThan(100);
  });

  it('ends by the clock where a unit takes longer than it may', () => {
    let now = 0;
    const slow = { monotonic: () => (now += MAX_MS / 20) };
    const { decision } = ask(
      { tools: rules(1, sameRoots) },
      paths(100, (i) => `/data/${i}`),
      new Inspection(slow),
    );
    expect(decision).toMatchObject({ effect: 'Deny', causes: [{ kind: 'inspection-budget' }] });
  });

  it('folds no key that is too long for a parameter, and few of the others', () => {
    const checks = Object.fromEntries(
      Array.from({ length: 64 }, (_, i) => [`p${i}`, { type: 'path' as const, roots: ['/data'] }]),
    );
    const tools: Rules = Array.from({ length: 100 }, () => ({ names: ['*'], effect: 'Allow', arguments: checks }));
    const keysOf = (key: (i: number) => string): Target =>
      tool('read', Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [key(i), '/data/x'])));
    const { inspection } = ask(
      { tools },
      keysOf((i) => `${'É'.repeat(100)}${i}`),
    );
    expect(MAX_WORK - inspection.enforced.left).toBeLessThan(10_000);
    expect(
      ask(
        { tools },
        keysOf((i) => `É${i}`),
      ).decision.effect,
    ).toBe('Allow');
    expect(ask({ tools }, tool('read', { P63: '/etc/passwd' })).decision.causes[0]?.kind).toBe('argument');
  });

  it('bounds what names cost under patterns with many stars', () => {
    const patterns = (i: number): string =>
      `${Array.from((i + 1000).toString(2))
        .map((bit) => (bit === '1' ? '*a' : 'a'))
        .join('')
        .repeat(6)}*`;
    const tools: Rules = Array.from({ length: 1000 }, (_, i) => ({ names: [patterns(i)], effect: 'Allow' }));
    const policy = policyOf(pack({ tools }));
    const inspection = new Inspection(STILL);
    expect(decide(policy, { principal: ada, targets: [tool('a'.repeat(1024))], inspection }).causes[0]?.kind).toBe(
      'inspection-budget',
    );
    expect(decideTarget(policy, ada, tool('a'.repeat(1025))).causes[0]?.kind).toBe('unreadable-target');
  });

  it('bounds what the resources of one subscription cost together', () => {
    const policy = policyOf(pack({ resources: [{ uris: ['file:///**'], effect: 'Allow' }] }));
    const subscribe = (length: number) =>
      decide(policy, {
        principal: ada,
        targets: Array.from({ length: 1000 }, (_, i) => resource(`file:///${'a'.repeat(length)}${i}`)),
        inspection: new Inspection(STILL),
      });
    expect(subscribe(60).effect).toBe('Allow');
    expect(subscribe(4000)).toMatchObject({ effect: 'Deny', causes: [{ kind: 'inspection-budget' }] });
  });

  it('looks at a set of rules once, however many names of a list it is for', () => {
    const tools: Rules = Array.from({ length: 1000 }, () => ({ names: ['*'], effect: 'Allow' }));
    const policy = policyOf(pack({ tools }));
    const names = Array.from({ length: 10_000 }, (_, i): Target => ({
      kind: 'tool',
      name: `tool_${i}`,
      args: undefined,
    }));
    const inspection = new Inspection(STILL, workOfList(names.length * 100));
    expect(names.every((target) => decideTarget(policy, ada, target, inspection).effect === 'Allow')).toBe(true);
    // A thousand for each name would be ten million.
    expect(MAX_WORK + 2_000_000 - inspection.enforced.left).toBeLessThan(200_000);
  });

  it('changes no decision that it suffices for', () => {
    const value = fc.constantFrom(
      '/data/x',
      '/etc',
      '../x',
      'a b',
      'é',
      '/other-1/y',
      'a\\..\\..\\b',
      '%2e%2e/x',
      7,
      null,
    );
    const args = fc.dictionary(fc.constantFrom('path', 'PATH', 'file', 'Fİle'), fc.oneof(value, fc.array(value)));
    fc.assert(
      fc.property(args, fc.nat(5), fc.nat(5), (given, enforced, shadow) => {
        const policy = policyOf(
          pack({ tools: rules(enforced, otherRoots) }),
          pack({ mode: 'Shadow', tools: rules(shadow, (i) => [`/other-${i}`]) }, 'shadow'),
        );
        const target = tool('read', given);
        const free = decideTarget(policy, ada, target);
        expect(decide(policy, { principal: ada, targets: [target], inspection: new Inspection(STILL) })).toEqual(free);
      }),
    );
  });
});

describe('what has a bound of its own', () => {
  it('takes nothing of the time for the rest', () => {
    let now = 0;
    const inspection = new Inspection({ monotonic: () => now });
    const isLeft = inspection.time(() => {
      inspection.untimed(() => (now += 10_000));
      return inspection.enforced.spend(100);
    });
    expect(isLeft).toBe(true);
    expect(inspection.time(() => ((now += 10_000), inspection.enforced.spend(100)))).toBe(false);
  });

  it('may be done outside of any time', () => {
    expect(new Inspection({ monotonic: () => 0 }).untimed(() => 1)).toBe(1);
  });
});
