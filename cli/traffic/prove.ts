/** Holds a suggested pack against what was seen: by the policy itself, as `sallyport test` does, before anybody gets to read it. */
import type { Problem } from '../../core/api/problem.ts';
import { formatProblem } from '../../core/api/problem.ts';
import { loadDocuments } from '../../core/api/load.ts';
import { compile } from '../../core/policy/compile.ts';
import { Policy } from '../../core/policy/policy.ts';
import { casesFor, type PlacedSuggestion } from '../../core/traffic/suggest/cases.ts';
import { labelGuesses, labelsOf } from '../../core/traffic/suggest/labels.ts';
import type { ObservedTraffic } from '../../core/traffic/suggest/observed.ts';
import { packOf, type PackPlace } from '../../core/traffic/suggest/pack.ts';
import { rulesFor, type SuggestedRule } from '../../core/traffic/suggest/rules.ts';
import { assumedServer } from '../assumed-server.ts';
import type { PolicyCase } from '../policy-tests/case-schema.ts';
import { rehearse } from '../policy-tests/rehearse-case.ts';
import type { Progress } from './progress.ts';

export interface Proven {
  readonly pack: Readonly<Record<string, unknown>>;
  readonly rules: readonly SuggestedRule[];
  readonly cases: readonly PlacedSuggestion[];
  /** Checks that did not let pass what was seen, and are left out. */
  readonly dropped: readonly { readonly rule: string; readonly parameter: string }[];
  /** What was seen and the pack does not let pass all the same: names of their cases. */
  readonly unproven: readonly string[];
  /** Near misses that the pack lets pass all the same: names of their cases. */
  readonly loose: readonly string[];
}

/** Each time one check goes, so it ends. */
const MOST_ROUNDS = 64;

/** Throws where the pack is none, which is a fault of ours. */
export async function prove(observed: ObservedTraffic, place: PackPlace, progress: Progress): Promise<Proven> {
  let rules: readonly SuggestedRule[] = rulesFor(observed.used, observed.tools);
  // Of what was called: the rest has no rule.
  const called = new Set(observed.used.map(({ name }) => name));
  const labels = labelsOf(labelGuesses([...observed.tools.values()].filter(({ name }) => called.has(String(name)))));
  const dropped: Proven['dropped'][number][] = [];
  for (let round = 0; ; round++) {
    const pack = packOf(rules, place, labels);
    const policy = policyOf(pack, place);
    const cases = casesFor(rules, observed);
    const { failed, loose } = await play(cases, policy, progress);
    const unproven = failed.map((one) => one.name);
    const kept = cases.filter(({ said: { name } }) => !loose.has(name) && !unproven.includes(name));
    const proven = { pack, rules, cases: kept, dropped, unproven, loose: [...loose] };
    if (failed.length === 0 || round === MOST_ROUNDS) return proven;
    const before = dropped.length;
    for (const { rule, pointer } of failed) {
      const parameter = Object.keys(rule.arguments).find((one) => isAbout(one, pointer));
      if (parameter === undefined) continue;
      dropped.push({ rule: rule.name, parameter });
      rules = rules.map((one) =>
        one.name === rule.name && one.used === rule.used ? withoutCheck(one, parameter) : one,
      );
    }
    // What fails for something else would fail again.
    if (dropped.length === before) return proven;
  }
}

interface Failed {
  readonly name: string;
  readonly rule: SuggestedRule;
  /** To what was found wrong with it. */
  readonly pointer: string;
}

async function play(
  cases: readonly PlacedSuggestion[],
  policy: Policy,
  progress: Progress,
): Promise<{ readonly failed: readonly Failed[]; readonly loose: ReadonlySet<string> }> {
  const failed: Failed[] = [];
  const loose = new Set<string>();
  for (const [i, { said, rule }] of cases.entries()) {
    progress.at(() => `${i} of ${cases.length} cases are played`);
    const one = said as PolicyCase;
    const { verdict } = await rehearse(one, policy, one.as);
    if (verdict.effect === said.expect) continue;
    if (said.expect === 'Deny') loose.add(said.name);
    else if (rule !== undefined) failed.push({ name: said.name, rule, pointer: verdict.findings[0]?.pointer ?? '' });
  }
  return { failed, loose };
}

/** `pointer`: to one value; a check may be about all entries of a list. */
function isAbout(parameter: string, pointer: string): boolean {
  const steps = parameter.startsWith('/') ? parameter.slice(1).split('/') : [parameter];
  const to = pointer.slice(1).split('/');
  return (
    steps.length <= to.length && steps.every((step, i) => step === '*' || step === to[i]) && steps.length === to.length
  );
}

function withoutCheck(rule: SuggestedRule, parameter: string): SuggestedRule {
  return {
    ...rule,
    arguments: Object.fromEntries(Object.entries(rule.arguments).filter(([one]) => one !== parameter)),
  };
}

/** As it will be read from its file. */
function policyOf(pack: Readonly<Record<string, unknown>>, { name, namespace, targets }: PackPlace): Policy {
  const { documents, problems } = loadDocuments(JSON.stringify(pack), `${name}.yaml`);
  const [document] = documents;
  if (document?.kind !== 'PolicyPack')
    throw new Error(
      `the suggested pack is none: ${problems.map((problem: Problem) => formatProblem(problem)).join('; ')}`,
    );
  const { bundle, revision } = compile(assumedServer(namespace, targets), [document.value]);
  return new Policy(bundle, revision);
}
