/** What a decision costs, and that it costs the same however many rules there are. */
import type { Bundle } from '../core/policy/bundle.ts';
import { decide } from '../core/policy/decide.ts';
import { Policy } from '../core/policy/policy.ts';
import type { Principal } from '../core/policy/principal.ts';
import type { BundleRule } from '../core/policy/rules/pack.ts';
import type { Target } from '../core/mcp/catalogue.ts';
import type { Row } from './results.ts';
import { round, spread } from './statistics.ts';

const SIZES = [10, 100, 1_000] as const;
const PRINCIPAL: Principal = { kind: 'token', name: 'office-agent', groups: ['agents'] };
/** As many names are asked for as the smallest policy has rules, so that all policies answer the same number of questions. */
const NAMES = SIZES[0];
/** What was asked about lately is found again without matching; so that matching is what is measured, no name comes again soon. */
const VARIANTS = 1_000;

type PatternKind = 'exact' | 'globs';

/** A name that a rule is about; of a pattern, another for each variant. */
function nameOf(kind: PatternKind, rule: number, variant: number): string {
  const number = String(rule).padStart(4, '0');
  if (kind === 'exact') return `tool_${number}_run`;
  return rule % 2 === 0 ? `tool_${number}_v${variant}` : `v${variant}_${number}_run`;
}

interface Subject {
  readonly policy: Policy;
  readonly calls: readonly (readonly Target[])[];
}

/** Half of the globs end in a star, the other half begin with one: these a matcher cannot tell apart by how they start. */
function patternOf(kind: PatternKind, i: number): string {
  const number = String(i).padStart(4, '0');
  if (kind === 'exact') return `tool_${number}_run`;
  return i % 2 === 0 ? `tool_${number}_*` : `*_${number}_run`;
}

function subjectOf(kind: PatternKind, size: number): Subject {
  const rules = Array.from({ length: size }, (_, i): BundleRule => ({
    id: `default/pack#rule-${i}`,
    target: 'tool',
    patterns: [patternOf(kind, i)],
    effect: 'Allow',
    principals: i % 3 === 0 ? { names: [], groups: ['agents'] } : null,
    arguments: null,
    approval: null,
    reason: null,
  }));
  const bundle: Bundle = {
    formatVersion: 1,
    server: {
      namespace: 'default',
      name: 'office',
      access: { authorization: 'Gate', anonymous: false, hosts: [], origins: [], url: null },
    },
    packs: [{ ref: 'default/pack', mode: 'Enforce', rules, clientRequests: [] }],
    limits: { body: 1_048_576, batch: 100, sessionIdleMs: 3_600_000 },
  };
  const calls = Array.from({ length: NAMES * VARIANTS }, (_, i): Target[] => {
    const rule = Math.floor(((i % NAMES) * size) / NAMES);
    return [{ kind: 'tool', name: nameOf(kind, rule, Math.floor(i / NAMES)), args: {} }];
  });
  return { policy: new Policy(bundle, 'sha256:bench'), calls };
}

/** Nanoseconds per decision. */
function timeOnce({ policy, calls }: Subject, decisions: number): number {
  let allowed = 0;
  const start = process.hrtime.bigint();
  for (let i = 0; i < decisions; i++) {
    if (
      decide(policy, {
        principal: PRINCIPAL,
        targets: calls[i % calls.length] as readonly Target[],
        inspection: undefined,
      }).effect === 'Allow'
    )
      allowed++;
  }
  const elapsed = Number(process.hrtime.bigint() - start);
  // Also keeps the loop from being optimised away.
  if (allowed !== decisions) throw new Error('the benchmark decided something else than it meant to');
  return elapsed / decisions;
}

export function measureDecisions(rounds: number, decisions: number, command: string): Row[] {
  return (['exact', 'globs'] as const).flatMap((kind) => {
    const subjects = SIZES.map((size) => subjectOf(kind, size));
    for (const subject of subjects) timeOnce(subject, decisions);
    const times = Array.from({ length: rounds }, () => subjects.map((subject) => timeOnce(subject, decisions)));
    const rows = SIZES.map((size, column): Row => {
      const { median, min, max } = spread(times.map((round_) => round_[column] as number));
      return {
        result: {
          name: `decide/${kind}-${size}-rules`,
          value: round(median, 0),
          unit: 'ns',
          aim: { max: 10_000 },
          command,
        },
        note: `${round(min, 0)} to ${round(max, 0)}`,
      };
    });
    const { median, min, max } = spread(times.map((round_) => (round_.at(-1) as number) / (round_[0] as number)));
    rows.push({
      result: { name: `decide/${kind}-1000-to-10`, value: round(median, 2), unit: '×', aim: { max: 1.5 }, command },
      note: `${round(min, 2)} to ${round(max, 2)}`,
    });
    return rows;
  });
}
