import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyPackInput } from '../api/policy-pack.ts';
import type { Bundle } from './bundle.ts';
import type { BundleRule } from './rules/pack.ts';
import { OWN_UNDERSTANDING } from './bundle-versions.ts';
import { compile } from './compile.ts';
import { decide } from './decide.ts';
import { isStricter } from './effect.ts';
import type { Feature } from './feature.ts';
import { FEATURES } from './features.ts';
import { forGates } from './for-gates.ts';
import { Policy } from './policy.ts';
import { readBundle } from './read-bundle.ts';
import { ada, pack, server, tool } from './testing/gen.ts';

type Spec = PolicyPackInput['spec'];
const bundleOf = (packs: Record<string, Spec>) =>
  compile(
    server(),
    Object.entries(packs).map(([name, spec]) => pack(spec, name)),
  );
const old = (now: Record<string, Spec>, before?: Record<string, Spec>) =>
  forGates(bundleOf(now), [], before === undefined ? undefined : bundleOf(before).bundle);
const effectOf = ({ bundle, revision }: { bundle: Bundle; revision: string }, name: string) =>
  decide(new Policy(bundle, revision), { principal: ada, targets: [tool(name)], inspection: undefined }).effect;
const isLater = ({ approval }: BundleRule): boolean => approval?.holdMs === 60_000;

const AUDIT = { audit: { level: 'Required' } } as const;
const allow = (...names: string[]): Spec => ({ tools: [{ names, effect: 'Allow' }] });
const deny = (...names: string[]): Spec => ({ tools: [{ names, effect: 'Deny' }] });

describe('for gates that know every feature', () => {
  test('the bundle is the bundle', () => {
    const full = bundleOf({ payments: { ...allow('pay'), ...AUDIT } });
    expect(forGates(full, OWN_UNDERSTANDING.features, undefined)).toEqual({ ...full, withheld: new Map() });
  });
});

describe('for gates of the last release', () => {
  test('a bundle without new features is what it always was', () => {
    const full = bundleOf({ payments: allow('pay') });
    expect(old({ payments: allow('pay') })).toEqual({ ...full, withheld: new Map() });
  });

  test('what makes them stricter when it is missing is left out, and nothing is withheld', () => {
    const wire = { wire: { keys: 'CaseSensitive' } } as const;
    const { withheld, text } = old({ payments: { ...allow('pay'), ...wire } });
    expect([...withheld]).toEqual([]);
    expect(text).toBe(bundleOf({ payments: allow('pay') }).text);
  });

  test('a rule in shadow is left out, and the pack is enforced as it is for everybody', () => {
    const shadow: Spec = { tools: [...(allow('pay').tools ?? []), { names: ['pay'], effect: 'Deny', mode: 'Shadow' }] };
    const { withheld, text } = old({ payments: shadow });
    expect([...withheld]).toEqual([]);
    expect(text).toBe(bundleOf({ payments: allow('pay') }).text);
  });

  test('a pack that only got the new field goes on as it was, without the field', () => {
    const before = { payments: allow('pay'), base: allow('get') };
    const { withheld, text } = old({ ...before, payments: { ...before.payments, ...AUDIT } }, before);
    expect([...withheld]).toEqual([['finance/payments', ['audit.level']]]);
    expect(text).toBe(bundleOf(before).text);
  });

  test('a Deny of another pack arrives, and one of the very pack as well', () => {
    const before = { payments: allow('pay', 'refund'), base: allow('get') };
    const now = {
      payments: { tools: [...(before.payments.tools ?? []), ...(deny('refund').tools ?? [])], ...AUDIT },
      base: deny('get'),
    };
    const got = old(now, before);
    expect(['pay', 'refund', 'get'].map((name) => effectOf(got, name))).toEqual(['Allow', 'Deny', 'Deny']);
  });

  test('a permission of the pack that they have not got does not arrive, one that is taken back goes', () => {
    const got = old({ payments: { ...allow('pay', 'new'), ...AUDIT } }, { payments: allow('pay', 'gone') });
    expect(['pay', 'new', 'gone'].map((name) => effectOf(got, name))).toEqual(['Allow', 'Deny', 'Deny']);
  });

  test('a pack that is new to them permits nothing, and what it holds is denied whoever else allows it', () => {
    const payments: Spec = {
      tools: [
        { names: ['pay'], effect: 'RequireApproval' },
        { names: ['refund'], effect: 'Allow' },
      ],
      ...AUDIT,
    };
    const got = old({ base: allow('pay', 'get'), payments }, { base: allow('pay', 'get') });
    expect(['pay', 'refund', 'get'].map((name) => effectOf(got, name))).toEqual(['Deny', 'Deny', 'Allow']);
  });

  test('a permission for a scope or an issuer denies, and a Deny for one denies everybody who may be meant', () => {
    const rule = (effect: 'Allow' | 'Deny', name: string, principals: object) => ({
      tools: [{ names: [name], effect, principals }],
    });
    const base = allow('pay', 'get', 'refund');
    const scoped = rule('Allow', 'pay', { names: ['ada'], scopes: ['pay'] });
    const issued = rule('Deny', 'get', { issuers: ['https://a.example'] });
    const others = rule('Deny', 'refund', { names: ['bob'], scopes: ['pay'] });
    const got = old({ base, scoped, issued, others }, { base });
    expect(['pay', 'get', 'refund'].map((name) => effectOf(got, name))).toEqual(['Deny', 'Deny', 'Allow']);
    for (const features of got.withheld.values()) expect(features).toEqual(['rules.principals']);
    expect(got.withheld.size).toBe(3);
    expect(readBundle(got.text)).toBeInstanceOf(Policy);
  });

  test('a pack that was in shadow before was never in force: its old rules count for nothing', () => {
    const before = { payments: { ...allow('pay'), mode: 'Shadow' } } as const;
    expect(effectOf(old({ payments: { ...allow('pay'), ...AUDIT } }, before), 'pay')).toBe('Deny');
  });

  test('a restriction that was taken out together with the new field stays', () => {
    const got = old({ base: allow('pay'), payments: AUDIT }, { base: allow('pay'), payments: deny('pay') });
    expect(effectOf(got, 'pay')).toBe('Deny');
  });

  test('a limit of such a pack is lowered and never raised', () => {
    const limits = (body: string, batch: number): Spec => ({ limits: { body, batch } });
    const got = old({ payments: { ...limits('2Ki', 10), ...AUDIT } }, { payments: limits('1Ki', 20) });
    expect(got.bundle.limits).toMatchObject({ body: 1024, batch: 10 });
    const unrelated = old({ payments: { ...limits('2Ki', 10), ...AUDIT } }, { base: limits('1Ki', 20) });
    expect(unrelated.bundle.limits).toMatchObject({ body: 2048, batch: 10 });
  });

  test('what servers may ask of clients is restricted by both versions', () => {
    const asks = (effect: 'Deny' | 'Allow', kind: 'roots' | 'sampling'): Spec => ({
      clientRequests: { [kind]: { effect } },
    });
    const before = { payments: asks('Deny', 'roots') };
    const { bundle } = old({ payments: { ...asks('Deny', 'sampling'), ...AUDIT } }, before);
    expect(bundle.packs[0]?.clientRequests.map(({ kind }) => kind)).toEqual(['sampling', 'roots']);
  });

  test('what was written is written again, however often', () => {
    const before = { payments: { ...allow('a', 'b'), clientRequests: { roots: { effect: 'Deny' } } } } as const;
    const now = bundleOf({ payments: { ...allow('b', 'c'), limits: { batch: 3 }, ...AUDIT } });
    const once = forGates(now, [], bundleOf(before).bundle);
    expect(forGates(now, [], once.bundle).text).toBe(once.text);
    const stored = readBundle(once.text) as Policy;
    expect(forGates(now, [], stored.bundle).text).toBe(once.text);
  });

  test('a reason that is written anew with every edit adds nothing', () => {
    const edit = (i: number): Record<string, Spec> => ({
      p: {
        ...AUDIT,
        tools: [{ names: ['drop'], effect: 'Deny', reason: `build ${i}` }],
        clientRequests: { sampling: { effect: 'Deny', reason: `build ${i}` } },
      },
    });
    const first = old(edit(1));
    const second = forGates(bundleOf(edit(2)), [], first.bundle);
    expect(second.bundle.packs[0]?.rules.map(({ reason }) => reason)).toEqual(['build 2']);
    expect(second.bundle.packs[0]?.clientRequests.map(({ reason }) => reason)).toEqual(['build 2']);
  });

  test('the field taken out again, the pack arrives whole', () => {
    const stored = old({ payments: { ...allow('a'), ...AUDIT } }, { payments: deny('a') }).bundle;
    const now = bundleOf({ payments: allow('a') });
    expect(forGates(now, [], stored).text).toBe(now.text);
  });

  test('what an operator of yesterday left there with fields they do not know is no reason to write these again', () => {
    const { bundle } = bundleOf({ payments: { ...allow('pay'), ...AUDIT } });
    const got = forGates(bundleOf({ payments: { ...allow('pay'), ...AUDIT } }), [], { ...bundle, formatVersion: 1 });
    expect(got.bundle).not.toHaveProperty('audit');
    expect(got.bundle).toMatchObject({ formatVersion: 1 });
    expect(got.bundle).not.toHaveProperty('requires');
  });
});

describe('a feature of single rules', () => {
  /** Made up: what waits for exactly a minute needs it. */
  const later: Feature = {
    name: 'rules.later',
    since: 3,
    field: 'spec.tools.approval.hold: 1m',
    ignored: 'Looser',
    isUsedBy: ({ spec }) => spec.tools?.some(({ approval }) => approval?.hold === '1m') === true,
    isIn: ({ packs }) => packs.some(({ rules }) => rules.some(isLater)),
    removeFrom: (bundle) => bundle,
    isInRule: isLater,
  };
  const features = [...FEATURES, later];
  const spec: Spec = { tools: [{ names: ['pay'], effect: 'RequireApproval', approval: { hold: '1m' } }] };
  const full = bundleOf({ payments: spec, base: { tools: [{ names: ['*'], effect: 'Allow' }], ...AUDIT } });
  const requiring = {
    ...full,
    bundle: { ...full.bundle, requires: { 'audit.level': ['finance/base'], 'rules.later': ['finance/payments'] } },
  };

  test('is a Deny where it cannot be read, whoever else allows the tool', () => {
    const got = forGates(requiring, ['audit.level', 'wire.keys'], full.bundle, features);
    expect([...got.withheld]).toEqual([['finance/payments', ['rules.later']]]);
    expect([effectOf(got, 'pay'), effectOf(got, 'get')]).toEqual(['Deny', 'Allow']);
  });

  test('leaves the other features in force, and their requirements', () => {
    const { bundle } = forGates(requiring, ['audit.level', 'wire.keys'], full.bundle, features);
    expect(bundle).toMatchObject({
      formatVersion: 2,
      audit: { level: 'Required' },
      requires: { 'audit.level': ['finance/base'] },
    });
  });

  test('leaves what arguments are looked at for as strict as either version has it', () => {
    const except = [{ parameters: ['cmd'] }, { parameters: ['url'] }];
    const limits = { maxItems: 5 };
    const had: Spec = {
      ...allow('pay'),
      arguments: { schema: 'Enforce', limits },
      detectors: { use: 'Default', except },
    };
    const known = OWN_UNDERSTANDING.features;
    const looked = (now: Spec, before: Spec) => {
      const { bundle } = bundleOf({ payments: { ...spec, ...now } });
      const requires = { ...bundle.requires, 'rules.later': ['finance/payments'] };
      const got = forGates(
        { ...full, bundle: { ...bundle, requires } },
        known,
        bundleOf({ payments: before }).bundle,
        features,
      );
      const [{ detectors, inputSchema, argumentLimits } = {}] = got.bundle.packs;
      return {
        except: detectors?.except.flatMap(({ parameters }) => parameters),
        hasSchema: inputSchema !== undefined,
        items: argumentLimits?.maxItems,
      };
    };
    expect(looked({}, had)).toEqual({ except: ['cmd', 'url'], hasSchema: true, items: 5 });
    expect(looked(had, spec)).toEqual({ except: ['cmd', 'url'], hasSchema: true, items: 5 });
    const other: Spec = {
      arguments: { limits: { maxItems: 9 } },
      detectors: { use: 'Default', except: [{ parameters: ['url'] }, { parameters: ['sql'] }] },
    };
    expect(looked(other, had)).toEqual({ except: ['url'], hasSchema: true, items: 5 });
    expect(looked({}, spec)).toEqual({ except: undefined, hasSchema: false, items: undefined });
  });

  test('is left out of packs in shadow, which never act', () => {
    const shadow = bundleOf({ payments: { ...spec, mode: 'Shadow' }, base: allow('get') });
    const got = forGates(shadow, ['audit.level', 'wire.keys'], undefined, features);
    expect(got.bundle.packs.find(({ ref }) => ref === 'finance/payments')?.rules).toEqual([]);
    expect(got.withheld.size).toBe(0);
  });
});

/** Whether a call passes; that it is marked on record is nothing to its passing. */
function passes(compiled: { bundle: Bundle; revision: string }, name: string) {
  const effect = effectOf(compiled, name);
  return effect === 'Log' ? 'Allow' : effect;
}

describe('a rule with a condition', () => {
  const when = 'arguments.n > 1';
  const base = allow('pay', 'get');
  const conditional = (effect: 'Allow' | 'Deny' | 'RequireApproval'): Spec => ({
    tools: [{ names: ['pay'], effect, when }],
  });

  test.each(['Allow', 'Deny', 'RequireApproval'] as const)(
    'is a Deny where nobody can ask it, as with %s',
    (effect) => {
      const got = old({ payments: conditional(effect), base });
      expect([...got.withheld]).toEqual([['finance/payments', ['rules.when']]]);
      expect([effectOf(got, 'pay'), effectOf(got, 'get')]).toEqual(['Deny', 'Allow']);
      expect(got.text).not.toContain('"when"');
    },
  );

  test('permits nothing that another version of the pack permits without it', () => {
    const known = OWN_UNDERSTANDING.features.filter((name) => name !== 'audit.level');
    const before = bundleOf({ payments: base }).bundle;
    const now = bundleOf({ payments: { ...conditional('Allow'), ...AUDIT } });
    const got = forGates(now, known, before);
    const { rules } = got.bundle.packs[0] ?? expect.fail();
    expect(rules.map(({ effect, patterns, when: asked }) => [effect, patterns, asked?.text])).toEqual([
      ['Allow', ['pay'], when],
    ]);
  });

  test('in shadow is left out, and nothing withheld', () => {
    const got = old({
      payments: { ...base, tools: [...(base.tools ?? []), { names: ['pay'], effect: 'Deny', when, mode: 'Shadow' }] },
    });
    expect([...got.withheld]).toEqual([]);
    expect(effectOf(got, 'pay')).toBe('Allow');
  });
});

test('law: at an old gate nothing passes that would not pass by the policy it has, nor by the one that is meant', () => {
  const effect = fc.constantFrom('Allow' as const, 'Log' as const, 'RequireApproval' as const, 'Deny' as const);
  const rule = fc.record({ names: fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 }), effect });
  const spec = fc.record({
    tools: fc.array(rule, { maxLength: 4 }),
    mode: fc.constantFrom('Enforce' as const, 'Shadow' as const),
  });
  fc.assert(
    fc.property(spec, spec, spec, spec, (one, other, before, otherBefore) => {
      const now: Record<string, Spec> = { one: { ...one, ...AUDIT }, other };
      const had: Record<string, Spec> = { one: before, other: otherBefore };
      const got = old(now, had);
      // The other pack is simply new; what is compared is what the withheld pack does under it.
      const ifOld = bundleOf({ ...had, other });
      for (const name of ['a', 'b', 'c', 'd', 'e']) {
        const actual = passes(got, name);
        expect(isStricter(passes(bundleOf(now), name), actual), `${name} as it is meant`).toBe(false);
        const wasInForce = one.mode === 'Enforce' && before.mode === 'Enforce';
        if (wasInForce) expect(isStricter(passes(ifOld, name), actual), `${name} as it was`).toBe(false);
      }
    }),
  );
});
