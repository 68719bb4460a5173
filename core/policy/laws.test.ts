/** The law of composition as properties: order never matters, and adding a pack never loosens. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EFFECTS, MODES, type PolicyPack } from '../api/policy-pack.ts';
import { decideTarget } from './decide.ts';
import { isStricter } from './effect.ts';
import type { Principal } from './principal.ts';
import { pack, policyOf, resource, tool } from './testing/gen.ts';

const name = fc.string({ unit: fc.constantFrom('a', 'b', '_', '*'), minLength: 1, maxLength: 4 });
const uri = name.map((text) => `x://${text}`);
const principals = fc.option(
  fc.record({ names: fc.subarray(['ada', 'bob'], { minLength: 1 }), groups: fc.subarray(['g', 'h']) }),
  { nil: undefined },
);
const rule = fc.record({ effect: fc.constantFrom(...EFFECTS), principals }).chain(({ effect, principals: who }) =>
  fc.record({
    effect: fc.constant(effect),
    principals: fc.constant(who),
    patterns: fc.array(name, { minLength: 1, maxLength: 3 }),
    uris: fc.array(uri, { minLength: 1, maxLength: 2 }),
    checked: fc.boolean(),
  }),
);
type Rule = typeof rule extends fc.Arbitrary<infer T> ? T : never;
const packs = fc.array(fc.record({ mode: fc.constantFrom(...MODES), rules: fc.array(rule, { maxLength: 4 }) }), {
  maxLength: 4,
});
type Packs = typeof packs extends fc.Arbitrary<infer T> ? T : never;

const principal = fc.constantFrom<Principal>(
  { kind: 'token', name: 'ada', groups: ['g'] },
  { kind: 'token', name: 'eve', groups: ['h'] },
  { kind: 'anonymous', name: 'anonymous', groups: [] },
);
const target = fc.oneof(
  fc
    .tuple(fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 4 }), fc.constantFrom('/data/x', '/etc'))
    .map(([text, path]) => tool(text, { path })),
  fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 4 }).map((text) => resource(`x://${text}`)),
);

const build = (drafts: Packs, shuffle: <T>(items: readonly T[]) => T[]): PolicyPack[] =>
  shuffle(
    drafts.map(({ mode, rules }, p) =>
      pack({ mode, tools: shuffle(rules.map(toolRule)), resources: shuffle(rules.map(resourceRule)) }, `p${p}`),
    ),
  );

// Named, so that a rule is the same rule wherever it stands.
const toolRule = ({ effect, principals: who, patterns, checked }: Rule, i: number) => ({
  name: `t${i}`,
  names: patterns,
  effect,
  ...(who === undefined ? {} : { principals: who }),
  ...(checked && effect !== 'Deny' ? { arguments: { path: { type: 'path' as const, roots: ['/data'] } } } : {}),
});
const resourceRule = ({ effect, principals: who, uris }: Rule, i: number) => ({
  name: `r${i}`,
  uris,
  effect,
  ...(who === undefined ? {} : { principals: who }),
});

const same = <T>(items: readonly T[]): T[] => [...items];
const reversed = <T>(items: readonly T[]): T[] => items.toReversed();
const rotated = <T>(items: readonly T[]): T[] => [...items.slice(1), ...items.slice(0, 1)];

describe('packs compose', () => {
  it('so that neither the order of packs nor that of rules changes any part of a decision', () => {
    fc.assert(
      fc.property(packs, principal, target, (drafts, who, what) => {
        const decision = decideTarget(policyOf(...build(drafts, same)), who, what);
        for (const order of [reversed, rotated]) {
          expect(decideTarget(policyOf(...build(drafts, order)), who, what)).toEqual(decision);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('so that one more enforced pack never loosens: what was forbidden stays, unless nothing had been said at all', () => {
    fc.assert(
      fc.property(packs, packs, principal, target, (drafts, more, who, what) => {
        const before = decideTarget(policyOf(...build(drafts, same)), who, what);
        const after = decideTarget(policyOf(...build([...drafts, ...more], same)), who, what);
        // By default everything is denied; allowing something for the first time is what packs are for.
        if (before.cause !== 'no-rule') expect(isStricter(before.effect, after.effect)).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('so that a pack in shadow changes neither the effect nor its rules', () => {
    fc.assert(
      fc.property(packs, packs, principal, target, (drafts, more, who, what) => {
        const shadows = more.map((draft) => ({ ...draft, mode: 'Shadow' as const }));
        const before = decideTarget(policyOf(...build(drafts, same)), who, what);
        const after = decideTarget(policyOf(...build([...drafts, ...shadows], same)), who, what);
        expect({ ...after, would: undefined }).toEqual({ ...before, would: undefined });
      }),
      { numRuns: 400 },
    );
  });
});
