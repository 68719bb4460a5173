/** The law of composition as properties: order never matters, and adding a pack never loosens. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULE_EFFECTS, UNHELD_EFFECTS } from '../api/effects.ts';
import { KEY_READINGS } from '../api/settings/wire.ts';
import { MODES } from '../api/modes.ts';
import type { PolicyPack } from '../api/policy-pack.ts';
import type { Target } from '../mcp/catalogue.ts';
import { CLIENT_REQUEST_KINDS, type ClientRequest } from '../mcp/client-request.ts';
import { compile } from './compile.ts';
import { decideClientRequest } from './decide-client-request.ts';
import { decide, decideTarget } from './decide.ts';
import { isStricter } from './effect.ts';
import { Policy } from './policy.ts';
import type { Principal } from './principal.ts';
import { NO_RULE } from './verdict.ts';
import { method, pack, policyOf, resource, server, tool } from './testing/gen.ts';

const name = fc.string({ unit: fc.constantFrom('a', 'b', '_', '*'), minLength: 1, maxLength: 4 });
const uri = name.map((text) => `x://${text}`);
const principals = fc.option(
  fc.oneof(
    fc.record({ names: fc.subarray(['ada', 'bob'], { minLength: 1 }), groups: fc.subarray(['g', 'h']) }),
    fc.record({ groups: fc.subarray(['g', 'h'], { minLength: 1 }), scopes: fc.subarray(['s', 't'], { minLength: 1 }) }),
    fc.record({
      issuers: fc.subarray(['i', 'j'], { minLength: 1 }),
      scopes: fc.subarray(['s', 't'], { minLength: 1 }),
    }),
  ),
  { nil: undefined },
);
const rule = fc.record({ effect: fc.constantFrom(...RULE_EFFECTS), principals }).chain(({ effect, principals: who }) =>
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
  { kind: 'jwt', name: 'ada', groups: ['g'], issuer: 'i', scopes: ['s'] },
  { kind: 'anonymous', name: 'anonymous', groups: [] },
);
const target = fc.oneof(
  fc
    .tuple(fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 4 }), fc.constantFrom('/data/x', '/etc'))
    .map(([text, path]) => tool(text, { path })),
  fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 4 }).map((text) => resource(`x://${text}`)),
  fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 4 }).map(method),
);

const build = (drafts: Packs, shuffle: <T>(items: readonly T[]) => T[]): PolicyPack[] =>
  shuffle(
    drafts.map(({ mode, rules }, p) =>
      pack(
        {
          mode,
          tools: shuffle(rules.map(toolRule)),
          resources: shuffle(rules.map(resourceRule)),
          methods: shuffle(rules.map(methodRule)),
        },
        `p${p}`,
      ),
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

const methodRule = ({ effect, principals: who, patterns }: Rule, i: number) => ({
  name: `m${i}`,
  names: patterns,
  effect: effect === 'RequireApproval' ? 'Log' : effect,
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

  it('so that the order of targets changes no part of a verdict, and one more never loosens it', () => {
    fc.assert(
      fc.property(packs, principal, fc.array(target, { minLength: 1, maxLength: 4 }), (drafts, who, targets) => {
        const policy = policyOf(...build(drafts, same));
        const over = (asked: readonly Target[]) =>
          decide(policy, { principal: who, targets: asked, inspection: undefined });
        const verdict = over(targets);
        const { causes: _, ...rest } = verdict;
        for (const order of [reversed, rotated]) {
          const { causes, ...others } = over(order(targets));
          expect(others).toEqual(rest);
          // Two of one name may differ in their arguments; which of them is named means nothing.
          expect(causes.map(({ kind, detail }) => [kind, detail])).toEqual(
            verdict.causes.map(({ kind, detail }) => [kind, detail]),
          );
        }
        for (const one of targets) expect(isStricter(over([one]).effect, verdict.effect)).toBe(false);
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
        if (before !== NO_RULE) expect(isStricter(before.effect, after.effect)).toBe(false);
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

const HOSTS = ['example.com', 'pay.example.com', '*.example.com', '*.com', 'example.org'];
const said = (effect: (typeof UNHELD_EFFECTS)[number], hosts: readonly string[], reason: string | undefined) => ({
  effect,
  ...(reason === undefined ? {} : { reason }),
  ...(effect === 'Deny' || hosts.length === 0 ? {} : { hosts: [...hosts] }),
});
const effect = fc.constantFrom(...UNHELD_EFFECTS);
const reason = fc.option(fc.constantFrom('one', 'two', 'three'), { nil: undefined });
const requests = fc
  .record({
    sampling: fc.tuple(effect, fc.constant([]), reason).map((draft) => said(...draft)),
    elicitation: fc.tuple(effect, fc.constant([]), reason).map((draft) => said(...draft)),
    urlElicitation: fc.tuple(effect, fc.subarray(HOSTS), reason).map((draft) => said(...draft)),
    roots: fc.tuple(effect, fc.constant([]), reason).map((draft) => said(...draft)),
  })
  .chain((all) => fc.subarray(Object.entries(all)).map((chosen) => Object.fromEntries(chosen)));
const limits = fc.record(
  {
    body: fc.constantFrom('1Ki', '64Ki', '4Mi'),
    batch: fc.integer({ min: 0, max: 100 }),
    sessionIdle: fc.constantFrom('1m', '1h', '24h'),
  },
  { requiredKeys: [] },
);
const wire = fc.record({ keys: fc.constantFrom(...KEY_READINGS) }, { requiredKeys: [] });
const drafts = fc.array(fc.record({ mode: fc.constantFrom(...MODES), clientRequests: requests, limits, wire }), {
  maxLength: 4,
});
type Drafts = typeof drafts extends fc.Arbitrary<infer T> ? T : never;
const request: fc.Arbitrary<ClientRequest> = fc.record({
  kind: fc.constantFrom(...CLIENT_REQUEST_KINDS),
  url: fc.constantFrom(
    'https://example.com',
    'https://pay.example.com/',
    'https://example.org',
    'https://a@b.com',
    undefined,
  ),
});
const packsOf = (list: Drafts): PolicyPack[] => list.map((spec, p) => pack(spec, `p${p}`));

describe('what packs say of the requests of servers composes', () => {
  it('so that the order of packs changes no part of a decision', () => {
    fc.assert(
      fc.property(drafts, request, (list, what) => {
        const { bundle, revision } = compile(server(), packsOf(list));
        const decision = decideClientRequest(new Policy(bundle, revision), what);
        for (const order of [reversed, rotated]) {
          expect(compile(server(), order(packsOf(list))).revision).toBe(revision);
          // Compiled packs are sorted; the decision must not lean on it.
          const unsorted = new Policy({ ...bundle, packs: order(bundle.packs) }, revision);
          expect(decideClientRequest(unsorted, what)).toEqual(decision);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('so that one more enforced pack never loosens', () => {
    fc.assert(
      fc.property(drafts, drafts, request, (list, more, what) => {
        const before = decideClientRequest(policyOf(...packsOf(list)), what);
        const after = decideClientRequest(policyOf(...packsOf([...list, ...more])), what);
        expect(isStricter(before.effect, after.effect)).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('so that a pack in shadow changes neither the effect nor its rules nor any limit', () => {
    fc.assert(
      fc.property(drafts, drafts, request, (list, more, what) => {
        const shadows = more.map((draft) => ({ ...draft, mode: 'Shadow' as const }));
        const [without, beside] = [packsOf(list), packsOf([...list, ...shadows])];
        const after = decideClientRequest(policyOf(...beside), what);
        expect({ ...after, would: undefined }).toEqual({
          ...decideClientRequest(policyOf(...without), what),
          would: undefined,
        });
        expect(compile(server(), beside).bundle.limits).toEqual(compile(server(), without).bundle.limits);
        expect(compile(server(), beside).bundle.wire).toEqual(compile(server(), without).bundle.wire);
      }),
      { numRuns: 400 },
    );
  });

  it('so that what a pack in shadow would have done is what it does once it is enforced', () => {
    fc.assert(
      fc.property(drafts, request, (list, what) => {
        const enforced = decideClientRequest(
          policyOf(...packsOf(list.map((draft) => ({ ...draft, mode: 'Enforce' })))),
          what,
        );
        const { effect: now, would } = decideClientRequest(policyOf(...packsOf(list)), what);
        expect(would?.effect ?? now).toBe(enforced.effect);
      }),
      { numRuns: 400 },
    );
  });

  it('so that two keys that differ in case pass only where a pack says so and no other says otherwise', () => {
    fc.assert(
      fc.property(drafts, (list) => {
        const keys = new Set(list.filter(({ mode }) => mode === 'Enforce').map(({ wire: own }) => own.keys));
        const pass = keys.has('CaseSensitive') && !keys.has('CaseInsensitive');
        expect(compile(server(), packsOf(list)).bundle.wire).toEqual(pass ? { keys: 'CaseSensitive' } : undefined);
      }),
      { numRuns: 400 },
    );
  });

  it('so that one more pack never raises a limit that is named', () => {
    fc.assert(
      fc.property(drafts, drafts, (list, more) => {
        const before = compile(server(), packsOf(list)).bundle.limits;
        const after = compile(server(), packsOf([...list, ...more])).bundle.limits;
        const named = list.some(({ mode, limits: own }) => mode === 'Enforce' && own.sessionIdle !== undefined);
        // The longest is longer than the default: only what a pack has named is a bound for others.
        if (named) expect(after.sessionIdleMs).toBeLessThanOrEqual(before.sessionIdleMs);
        expect(after.body).toBeLessThanOrEqual(before.body);
        expect(after.batch).toBeLessThanOrEqual(before.batch);
      }),
      { numRuns: 200 },
    );
  });
});
