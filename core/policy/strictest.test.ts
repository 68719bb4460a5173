import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EFFECTS } from '../api/effects.ts';
import { isStricter } from './effect.ts';
import { strictestOf } from './strictest.ts';
import { CAUSES, NOTHING_TO_DECIDE, type Verdict } from './verdict.ts';

const effect = fc.constantFrom(...EFFECTS);
const rules = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }).map((ids) => ids.toSorted());
const target = fc.option(
  fc.record({
    kind: fc.constantFrom('tool' as const, 'prompt' as const),
    name: fc.constantFrom('x', 'y'),
    args: fc.constant(undefined),
  }),
  { nil: undefined },
);
const cause = fc.record({
  kind: fc.constantFrom(...CAUSES),
  detail: fc.option(fc.constantFrom('one', 'two'), { nil: undefined }),
  target,
});
/** Sorted, as verdicts have them. */
const findings = fc.uniqueArray(fc.constantFrom('/a', '/b', '/c'), { maxLength: 3 }).map((pointers) =>
  pointers.toSorted().map((pointer) => ({
    detector: 'd',
    reason: 'r',
    message: 'm',
    span: undefined,
    evidence: '',
    rule: 'a',
    pointer,
  })),
);
const terms = fc.record({ expiresMs: fc.nat(3), holdMs: fc.nat(3) });

/** As verdicts are: causes in their order, terms where a person is asked, `would` where it is stricter. */
const verdict: fc.Arbitrary<Verdict> = fc
  .record({
    effect,
    causes: fc.uniqueArray(cause, { selector: ({ kind }) => kind, maxLength: 3 }),
    rules,
    terms,
    unchecked: fc.boolean(),
    findings,
    would: fc.option(fc.record({ effect, rules, findings }), { nil: undefined }),
  })
  .map(({ terms: approval, unchecked, causes, would, ...said }) => ({
    effect: said.effect,
    rules: said.rules,
    findings: said.findings,
    causes: causes.toSorted((a, b) => CAUSES.indexOf(a.kind) - CAUSES.indexOf(b.kind)),
    obligations: { approval: said.effect === 'RequireApproval' ? approval : undefined, unchecked },
    would: would !== undefined && isStricter(would.effect, said.effect) ? would : undefined,
  }));

const runs = { numRuns: 1000 };

describe('verdicts become one', () => {
  it('in any order', () => {
    fc.assert(
      fc.property(fc.array(verdict, { maxLength: 6 }), (all) => {
        expect(strictestOf(all.toReversed())).toEqual(strictestOf(all));
        expect(strictestOf([...all.slice(1), ...all.slice(0, 1)])).toEqual(strictestOf(all));
      }),
      runs,
    );
  });

  it('in any groups', () => {
    fc.assert(
      fc.property(verdict, verdict, verdict, (a, b, c) => {
        const left = strictestOf([strictestOf([a, b]), c]);
        expect(left).toEqual(strictestOf([a, strictestOf([b, c])]));
        expect(left).toEqual(strictestOf([a, b, c]));
      }),
      runs,
    );
  });

  it('however often something is said', () => {
    fc.assert(
      fc.property(fc.array(verdict, { maxLength: 4 }), (all) => {
        const once = strictestOf(all);
        expect(strictestOf([...all, ...structuredClone(all), once])).toEqual(once);
      }),
      runs,
    );
  });

  it('whether or not there was something where nothing was to be decided', () => {
    fc.assert(
      fc.property(verdict, (one) => {
        expect(strictestOf([NOTHING_TO_DECIDE, one])).toEqual(one);
        expect(strictestOf([one, NOTHING_TO_DECIDE])).toEqual(one);
      }),
      runs,
    );
    expect(strictestOf([])).toBe(NOTHING_TO_DECIDE);
  });

  it('of which the effect is the strictest, and the rules and causes are those of the verdicts that have it', () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1, maxLength: 6 }), (all) => {
        const one = strictestOf(all);
        expect(all.some((other) => isStricter(other.effect, one.effect))).toBe(false);
        const carriers = all.filter((other) => other.effect === one.effect);
        expect(one.rules).toEqual([...new Set(carriers.flatMap((other) => other.rules))].toSorted());
        expect(new Set(one.causes.map(({ kind }) => kind))).toEqual(
          new Set(carriers.flatMap((other) => other.causes.map(({ kind }) => kind))),
        );
        for (const cause_ of one.causes) expect(carriers.flatMap((other) => other.causes)).toContainEqual(cause_);
      }),
      runs,
    );
  });

  it('with the shortest terms of those that require approval, and none where it comes to something else', () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1, maxLength: 6 }), (all) => {
        const { effect: won, obligations } = strictestOf(all);
        const asked = all.flatMap((other) => other.obligations.approval ?? []);
        expect(obligations.approval).toEqual(
          won === 'RequireApproval'
            ? {
                expiresMs: Math.min(...asked.map(({ expiresMs }) => expiresMs)),
                holdMs: Math.min(...asked.map(({ holdMs }) => holdMs)),
              }
            : undefined,
        );
      }),
      runs,
    );
  });

  it('that has what is left to be done for any of them, also of one that is milder', () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1, maxLength: 6 }), (all) => {
        expect(strictestOf(all).obligations.unchecked).toBe(all.some(({ obligations }) => obligations.unchecked));
      }),
      runs,
    );
  });

  it('with everything that was found for any of them', () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1, maxLength: 6 }), (all) => {
        const pointers = (some: readonly Verdict[]) =>
          some.flatMap((one) => one.findings.map(({ pointer }) => pointer));
        expect(pointers([strictestOf(all)])).toEqual([...new Set(pointers(all))].toSorted());
      }),
      runs,
    );
  });

  it('beside which stands the strictest that packs in shadow would have said, if that is stricter', () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1, maxLength: 6 }), (all) => {
        const { effect: won, would } = strictestOf(all);
        const said = all.flatMap((other) => other.would ?? []).filter((one) => isStricter(one.effect, won));
        if (said.length === 0) {
          expect(would).toBeUndefined();
          return;
        }
        expect(said.some((one) => isStricter(one.effect, would?.effect ?? 'Allow'))).toBe(false);
        const carriers = said.filter((one) => one.effect === would?.effect);
        expect(would?.rules).toEqual([...new Set(carriers.flatMap((one) => one.rules))].toSorted());
        const found = carriers.flatMap((one) => one.findings.map(({ pointer }) => pointer));
        expect(would?.findings.map(({ pointer }) => pointer)).toEqual([...new Set(found)].toSorted());
      }),
      runs,
    );
  });

  it('and a verdict that stands alone is not made anew', () => {
    fc.assert(
      fc.property(verdict, (one) => {
        if (one.would === undefined) expect(strictestOf([one, one])).toBe(one);
      }),
    );
  });
});
