/** Rules and entries that something stricter in the same pack takes every call from: the strictest effect wins, in whatever order. */
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import { type Effect, isStricter } from '../../core/policy/effect.ts';
import type { GlobSyntax } from '../../core/policy/glob-set.ts';
import { covers, isSame, patternsCover, type Reach } from './covers.ts';
import type { LintFinding } from './finding.ts';

type Spec = PolicyPack['spec'];

interface PlacedRule extends Reach {
  readonly path: readonly [string, number];
  readonly effect: Effect;
  /** Asks something of arguments, which holds whatever the effect. */
  readonly checks: boolean;
}

const LISTS = [
  ['tools', 'names', 'name'],
  ['resources', 'uris', 'uri'],
  ['prompts', 'names', 'name'],
  ['methods', 'names', 'name'],
] as const satisfies readonly (readonly [keyof Spec, string, GlobSyntax])[];

export function neverDeciding({ spec }: PolicyPack): LintFinding[] {
  return [
    ...LISTS.flatMap(([list, field, syntax]) => inList(rulesOf(spec, list, field, syntax))),
    ...inDlp(spec.dlp ?? []),
  ];
}

/** Those that are enforced: what is tried out in shadow is not meant to decide. */
function rulesOf(spec: Spec, list: (typeof LISTS)[number][0], field: string, syntax: GlobSyntax): PlacedRule[] {
  return (spec[list] ?? []).flatMap((rule, index) => {
    const said = rule as typeof rule & { readonly when?: string; readonly arguments?: object };
    if (said.mode === 'Shadow') return [];
    const patterns = (said as unknown as Readonly<Record<string, readonly string[]>>)[field] ?? [];
    const { principals, when, effect } = said;
    return [{ path: [list, index], patterns, syntax, principals, when, effect, checks: said.arguments !== undefined }];
  });
}

function inList(rules: readonly PlacedRule[]): LintFinding[] {
  return rules.flatMap((rule) => {
    const stricter = rules.find((other) => takesAllFrom(other, rule));
    return stricter === undefined ? [] : [told(rule, stricter)];
  });
}

function takesAllFrom(stricter: PlacedRule, rule: PlacedRule): boolean {
  if (!isStricter(stricter.effect, rule.effect) || !covers(stricter, rule)) return false;
  // A person who is asked does not see to what the checks of the other say, and a record is no reason to do without a rule.
  return stricter.effect === 'Deny' || (stricter.effect === 'RequireApproval' && !rule.checks);
}

function told(rule: PlacedRule, stricter: PlacedRule): LintFinding {
  const [list, index] = stricter.path;
  const other = `${list}[${index}] (${stricter.effect})`;
  const path = ['spec', ...rule.path];
  if (isSame(rule, stricter)) {
    const message = `says ${rule.effect} of exactly what ${other} is about, which is stricter and wins`;
    return { code: 'contradiction', path, message, mend: 'remove one of them' };
  }
  const message = `never decides: ${other} is about all of it, is stricter and wins`;
  const mend =
    stricter.effect === 'Deny'
      ? `remove it, or narrow ${list}[${index}]: what no rule allows is denied without a rule`
      : `remove it, or narrow ${list}[${index}]`;
  return { code: 'never-decides', path, message, mend };
}

type DlpEntry = NonNullable<Spec['dlp']>[number];

/** Only a Deny takes all: what is redacted stays redacted where somebody is asked. */
function inDlp(entries: readonly DlpEntry[]): LintFinding[] {
  const enforced = entries.map((entry, index) => ({ entry, index })).filter(({ entry }) => entry.mode !== 'Shadow');
  return enforced.flatMap(({ entry, index }) => {
    const stricter = enforced.find(
      (other) => other.entry.effect === 'Deny' && entry.effect !== 'Deny' && looksForAll(other.entry, entry),
    );
    if (stricter === undefined) return [];
    const message = `never decides: dlp[${stricter.index}] (Deny) looks for all of it in the same places and wins`;
    const mend = `remove it, or narrow dlp[${stricter.index}]`;
    return [{ code: 'never-decides' as const, path: ['spec', 'dlp', index], message, mend }];
  });
}

function looksForAll(outer: DlpEntry, inner: DlpEntry): boolean {
  const isIn = (of: (entry: DlpEntry) => readonly string[]): boolean =>
    of(inner).every((one) => of(outer).includes(one));
  const tools =
    outer.tools === undefined || (inner.tools !== undefined && patternsCover(outer.tools, inner.tools, 'name'));
  const always = outer.when === undefined || outer.when === inner.when;
  return (
    tools &&
    always &&
    (outer.hosts ?? []).every((host) => inner.hosts?.includes(host)) &&
    isIn((entry) => entry.in) &&
    isIn(({ detect }) => detect ?? []) &&
    isIn(({ patterns }) => (patterns ?? []).map(({ pattern }) => pattern)) &&
    isIn(({ words }) => (words ?? []).flatMap((list) => list.words.map((word) => word.toLowerCase())))
  );
}
