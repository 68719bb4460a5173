/** Policy held against the tools that a server really has. */
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import { ARGUMENT_TYPES } from '../../core/api/rules/arguments/types.ts';
import type { ArgumentType } from '../../core/api/rules/arguments/argument-type.ts';
import { nearest } from '../../core/nearest.ts';
import { GlobSet } from '../../core/policy/glob-set.ts';
import type { ListedTool } from '../tool-list.ts';
import type { LintFinding, SaidArgument, ToolRule } from './finding.ts';
import { findArgument, type Placed } from './schema-paths.ts';

/** Of one pack. */
export function againstTools({ spec }: PolicyPack, tools: readonly ListedTool[]): LintFinding[] {
  const names = tools.map(({ name }) => name);
  const rules = [...(spec.tools ?? []).entries()];
  return [
    ...rules.flatMap(([index, rule]) => unmatched(rule.names, ['spec', 'tools', index, 'names'], names)),
    ...rules.flatMap(([index, rule]) => inArguments(rule, index, tools)),
    ...(spec.dlp ?? []).flatMap((entry, index) => unmatched(entry.tools ?? [], ['spec', 'dlp', index, 'tools'], names)),
    ...inBudgets(spec.limits?.budget ?? [], names),
    ...(spec.detectors?.except ?? []).flatMap((entry, index) =>
      unmatched(entry.tools ?? [], ['spec', 'detectors', 'except', index, 'tools'], names),
    ),
  ];
}

type Path = LintFinding['path'];

function unmatched(patterns: readonly string[], path: Path, names: readonly string[]): LintFinding[] {
  return patterns.flatMap((pattern, index) => {
    if (matching([pattern], names).length > 0) return [];
    const near = nearest(pattern, names);
    return [
      {
        code: 'no-such-tool',
        path: [...path, index],
        message: `${JSON.stringify(pattern)} matches no tool that the server lists`,
        mend: near === undefined ? 'remove it, or see what the server lists to whom' : `did you mean ${near}?`,
      },
    ];
  });
}

type Budget = NonNullable<NonNullable<PolicyPack['spec']['limits']>['budget']>[number];

function inBudgets(budgets: readonly Budget[], names: readonly string[]): LintFinding[] {
  return budgets.flatMap((budget, index) => {
    const path = ['spec', 'limits', 'budget', index];
    const ofCosts = (budget.costs ?? []).flatMap((cost, at) =>
      unmatched(cost.tools, [...path, 'costs', at, 'tools'], names),
    );
    return unmatched(budget.tools ?? [], [...path, 'tools'], names).concat(ofCosts);
  });
}

function matching(patterns: readonly string[], names: readonly string[]): string[] {
  const globs = new GlobSet<true>('name');
  for (const pattern of patterns) globs.add(pattern, true);
  return names.filter((name) => globs.match(name).length > 0);
}

function inArguments(rule: ToolRule, index: number, tools: readonly ListedTool[]): LintFinding[] {
  const named = new Set(
    matching(
      rule.names,
      tools.map(({ name }) => name),
    ),
  );
  const meant = tools.filter(({ name }) => named.has(name));
  if (meant.length === 0) return [];
  return Object.entries(rule.arguments ?? {}).flatMap(([name, said]) =>
    inArgument(
      said,
      ['spec', 'tools', index, 'arguments', name],
      meant.map((tool) => ({ tool: tool.name, placed: findArgument(tool.inputSchema, name) })),
    ),
  );
}

interface InTool {
  readonly tool: string;
  readonly placed: Placed;
}

function inArgument(said: SaidArgument, path: Path, inTools: readonly InTool[]): LintFinding[] {
  const missing = inTools.flatMap(({ tool, placed }) => (placed.kind === 'missing' ? [{ tool, ...placed }] : []));
  const [first] = missing;
  if (first !== undefined && missing.length === inTools.length && said.forbidden !== true) {
    const near = nearest(first.part, [...new Set(missing.flatMap(({ siblings }) => siblings))]);
    const has = first.siblings.length === 0 ? 'it takes none' : `it takes ${first.siblings.slice(0, 8).join(', ')}`;
    const message = `${whichTools(missing)} no argument ${JSON.stringify(first.part)}`;
    return [{ code: 'no-such-argument', path, message, mend: near === undefined ? has : `did you mean ${near}?` }];
  }
  if (first !== undefined && said.required === true) {
    const message = `is required, and ${whichTools(missing)} no argument ${JSON.stringify(first.part)}, so that every call of it is denied`;
    return [{ code: 'no-such-argument', path, message, mend: 'write rules of their own for the tools that have it' }];
  }
  return inTools.flatMap(({ tool, placed }) => otherType(said, path, tool, placed)).slice(0, 1);
}

function whichTools(missing: readonly { readonly tool: string }[]): string {
  const [first] = missing;
  if (missing.length === 1) return `the tool ${first?.tool ?? ''} has`;
  return `${first?.tool ?? ''} and ${missing.length - 1} more tools have`;
}

/** What JSON calls the values that a type lets through; of a list, its items. */
const TAKES = { texts: ['string', 'array'], numbers: ['number', 'integer', 'array'], any: [], others: [] } as const;

function otherType(said: SaidArgument, path: Path, tool: string, placed: Placed): LintFinding[] {
  const { values = 'texts' }: ArgumentType = ARGUMENT_TYPES[said.type];
  const takes: readonly string[] = values === 'others' ? [said.type] : TAKES[values];
  if (placed.kind !== 'found' || takes.length === 0) return [];
  const types = placed.schemas.map(typesOf);
  if (types.some((each) => each.length === 0 || each.some((type) => takes.includes(type)))) return [];
  const is = [...new Set(types.flat())].filter((type) => type !== 'null').join(' or ');
  const message = `is of the type ${said.type} here and ${is} to the tool ${tool}, so that no call with it passes both`;
  return [{ code: 'argument-type', path, message, mend: `write a type that takes ${is}` }];
}

function typesOf({ type }: Readonly<Record<string, unknown>>): readonly string[] {
  return [type].flat().filter((one): one is string => typeof one === 'string');
}
