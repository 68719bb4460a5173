/** Constraints on arguments that no value meets, or that never say anything. */
import { API_VERSION } from '../../core/api/common.ts';
import { fieldsOf } from '../../core/api/rules/arguments/of-type.ts';
import type { ArgumentType } from '../../core/api/rules/arguments/argument-type.ts';
import { ARGUMENT_TYPES } from '../../core/api/rules/arguments/types.ts';
import { compile } from '../../core/policy/compile.ts';
import { decideTarget } from '../../core/policy/decide.ts';
import { Policy } from '../../core/policy/policy.ts';
import { ANONYMOUS } from '../../core/policy/principal.ts';
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import { assumedServer } from '../assumed-server.ts';
import { covers } from './covers.ts';
import type { LintFinding, SaidArgument, ToolRule } from './finding.ts';

export function impossibleConstraints({ spec }: PolicyPack): LintFinding[] {
  const rules = (spec.tools ?? []).map((rule, index) => ({ rule, index }));
  return [
    ...rules.flatMap(({ rule, index }) =>
      Object.entries(rule.arguments ?? {}).flatMap(([name, said]) =>
        inArgument(said, ['spec', 'tools', index, 'arguments', name]),
      ),
    ),
    ...rules.flatMap(({ rule, index }) => betweenRules(rule, index, rules)),
  ];
}

type Path = LintFinding['path'];

function inArgument(said: SaidArgument, path: Path): LintFinding[] {
  if (said.forbidden === true) return withForbidden(said, path);
  return [...emptyRange(said, path), ...unmetValues(said, path)];
}

function withForbidden(said: SaidArgument, path: Path): LintFinding[] {
  const others = Object.keys(fieldsOf(ARGUMENT_TYPES[said.type])).filter(
    (field) =>
      !['forbidden', 'required', 'roots'].includes(field) && (said as Record<string, unknown>)[field] !== undefined,
  );
  return others.map((field) => ({
    code: 'no-effect',
    path: [...path, field],
    message: 'says nothing, since the argument is forbidden whatever it is',
    mend: `remove it, or remove \`forbidden\``,
  }));
}

function emptyRange({ type, min = -Infinity, max = Infinity }: SaidArgument, path: Path): LintFinding[] {
  if (type !== 'integer' || min > max || Math.ceil(min) <= Math.floor(max)) return [];
  const message = `no whole number is from ${min} to ${max}, so that every call that sends it is denied`;
  return [{ code: 'impossible-argument', path, message, mend: 'write another range, or `type: number`' }];
}

/** What the rule itself would say of each value that it lists. */
function unmetValues(said: SaidArgument, path: Path): LintFinding[] {
  const values = said.enum ?? [];
  if (values.length === 0) return [];
  const policy = policyOn(said);
  const unmet = values.flatMap((value, index) => {
    const { effect, findings } = decideTarget(policy, ANONYMOUS, { kind: 'tool', name: 'any', args: { value } });
    return effect === 'Deny' ? [{ value, index, why: findings[0]?.message ?? 'It is denied.' }] : [];
  });
  if (unmet.length === values.length) {
    const message = `no value of \`enum\` meets what else is asked of it, so that every call that sends it is denied: ${unmet[0]?.why ?? ''}`;
    return [
      { code: 'impossible-argument', path, message, mend: 'write values that do, or remove what they do not meet' },
    ];
  }
  return unmet.map(({ value, index, why }) => ({
    code: 'impossible-value',
    path: [...path, 'enum', index],
    message: `${JSON.stringify(value)} does not meet what else is asked of the argument: ${why}`,
    mend: 'remove it',
  }));
}

function policyOn(said: SaidArgument): Policy {
  const { mode: _, required: __, ...asked } = said;
  const pack: PolicyPack = {
    apiVersion: API_VERSION,
    kind: 'PolicyPack',
    metadata: { name: 'any', namespace: 'default' },
    spec: { mode: 'Enforce', tools: [{ names: ['any'], effect: 'Allow', arguments: { value: asked } }] },
  };
  const { bundle, revision } = compile(assumedServer(), [pack]);
  return new Policy(bundle, revision);
}

interface PlacedRule {
  readonly rule: ToolRule;
  readonly index: number;
}

/** What a wider rule asks holds too: together they may ask for what nothing is. */
function betweenRules(rule: ToolRule, index: number, rules: readonly PlacedRule[]): LintFinding[] {
  if (rule.mode === 'Shadow') return [];
  return rules.flatMap((other) => {
    const isWider = other.index !== index && other.rule.mode !== 'Shadow' && covers(reachOf(other.rule), reachOf(rule));
    // Of two that are about the same, the later is told.
    if (!isWider || (other.index > index && covers(reachOf(rule), reachOf(other.rule)))) return [];
    return Object.entries(rule.arguments ?? {}).flatMap(([name, said]) => {
      const theirs = other.rule.arguments?.[name];
      const why = theirs === undefined ? undefined : whyNever(said, theirs);
      if (why === undefined) return [];
      const message = `${why} with what tools[${other.index}] asks of it, which is about all the same calls`;
      return [
        {
          code: 'impossible-argument' as const,
          path: ['spec', 'tools', index, 'arguments', name],
          message,
          mend: 'let them ask for values that there are',
        },
      ];
    });
  });
}

function reachOf(rule: ToolRule): Parameters<typeof covers>[0] {
  const { names, principals } = rule;
  return { patterns: names, syntax: 'name', principals, when: (rule as { readonly when?: string }).when };
}

function whyNever(a: SaidArgument, b: SaidArgument): string | undefined {
  if (a.mode === 'Shadow' || b.mode === 'Shadow') return undefined;
  if ((a.required === true && b.forbidden === true) || (a.forbidden === true && b.required === true))
    return 'is required and forbidden';
  if (a.forbidden === true || b.forbidden === true) return undefined;
  if (kindOf(a) !== undefined && kindOf(b) !== undefined && kindOf(a) !== kindOf(b))
    return `is a ${a.type} and a ${b.type} at once`;
  const [min, max] = [Math.max(a.min ?? -Infinity, b.min ?? -Infinity), Math.min(a.max ?? Infinity, b.max ?? Infinity)];
  if (min > max) return `has to be at least ${min} and at most ${max}`;
  if (a.enum !== undefined && b.enum !== undefined && !a.enum.some((value) => b.enum?.includes(value)))
    return 'has no value that both lists have,';
  return undefined;
}

/** Which values of JSON it can be; undefined: any, or a list whose items are. */
function kindOf({ type }: SaidArgument): string | undefined {
  const { values = 'texts' }: ArgumentType = ARGUMENT_TYPES[type];
  if (values === 'any' || type === 'array' || type === 'object') return undefined;
  return values === 'others' ? type : values;
}
