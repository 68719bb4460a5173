/**
 * What cannot be told of a call from its shapes: rules that ask for more of an argument than a traffic log keeps. Said rather than guessed:
 * a made-up value fits no list of words, and no pattern, that the true one may fit.
 */
import type { Target } from '../../mcp/catalogue.ts';
import { MODEL_TEXT } from '../../inspect/content/model-text.ts';
import type { Moment } from '../../policy/context.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Principal } from '../../policy/principal.ts';
import type { Constraints } from '../../policy/rules/arguments/constraints.ts';
import type { BundleRule } from '../../policy/rules/pack.ts';
import { traceRules } from '../../policy/trace.ts';
import { NOT_LOOKED_AT } from '../found-in.ts';
import type { Shape } from '../shape.ts';
import { isWithin } from '../suggest/folders.ts';
import { hasLostText, isExact, shapesAt, stepsOf } from './leaves.ts';

export interface Untold {
  readonly rule: string;
  readonly why: string;
}

export interface AskedOf {
  readonly policy: Policy;
  readonly principal: Principal;
  /** With arguments made up after the shape. */
  readonly target: Target;
  readonly shape: Shape | undefined;
  readonly moment: Moment;
}

/** Each rule once, by what is missing first. */
export function untoldOf(asked: AskedOf): Untold[] {
  const { shape } = asked;
  if (shape === undefined || isExact(shape)) return [];
  return [...untoldByRules(asked, shape), ...untoldByContent(asked, shape)];
}

function untoldByRules({ policy, principal, target, moment }: AskedOf, shape: Shape): Untold[] {
  const traces = traceRules(policy, principal, target, moment).filter(({ applies, shadow }) => applies && !shadow);
  return traces.flatMap(({ id, when }) => {
    const read = when?.saw.map(({ what }) => what).find((what) => isLost(what, shape));
    if (read !== undefined) return [{ rule: id, why: `its condition reads ${read}` }];
    const checks = ruleWith(policy, id)?.arguments ?? {};
    const lost = Object.entries(checks).find(([parameter, check]) =>
      shapesAt(shape, stepsOf(parameter)).some((one) => !isDecidedBy(one, check)),
    );
    return lost === undefined ? [] : [{ rule: id, why: `it asks more of ${lost[0]} than is kept` }];
  });
}

const OF_ARGUMENTS = /^arguments(?=[.[]|$)/;

/** `what`: as a condition spells it, such as `arguments.to`. */
function isLost(what: string, shape: Shape): boolean {
  if (!OF_ARGUMENTS.test(what)) return false;
  const steps = what
    .replaceAll(/\["?([^\]"]*)"?\]/g, '.$1')
    .split('.')
    .slice(1);
  const shapes = shapesAt(shape, steps);
  // What is not there is not there, unless some members are not kept by name.
  return shapes.length === 0 ? shape.is === 'object' && shape.left !== undefined : shapes.some(hasLostText);
}

interface Check {
  readonly type: string;
  readonly roots?: unknown;
  readonly constraints?: Constraints;
}

/** As a bundle has it: what is not asked for is absent or null. */
function isDecidedBy(shape: Shape, check: Check): boolean {
  const { type, roots, constraints = {} } = check;
  if (shape.is === 'value') return true;
  if (constraints.enum !== undefined || constraints.pattern !== undefined) return false;
  // Of others the length is not kept, or not made again.
  if (constraints.maxLength !== undefined && shape.is !== 'text') return false;
  switch (type) {
    case 'path':
      return shape.is === 'path' && (roots as readonly string[]).every((root) => isOnOneSide(shape.under, root));
    case 'url':
      return shape.is === 'url';
    case 'host':
      return shape.is === 'host' || shape.is === 'url';
    case 'shell':
      return shape.is === 'shell';
    case 'sql':
      return shape.is === 'sql';
    case 'identifier':
      return shape.is === 'text' && shape.type === 'identifier' && shape.found === undefined;
    default:
      return true;
  }
}

/** A root below what is kept of a path may hold it or not. */
function isOnOneSide(under: string, root: string): boolean {
  return isWithin(under, root) || !isWithin(root, under === '' ? '/' : under);
}

const OF_MODELS: ReadonlySet<string> = new Set(MODEL_TEXT);

function untoldByContent({ policy, target }: AskedOf, shape: Shape): Untold[] {
  if (!hasLostText(shape)) return [];
  const rules = policy.content('arguments').rulesFor(target.kind === 'tool' ? target.name : undefined);
  const isLooked = !JSON.stringify(shape).includes(`"${NOT_LOOKED_AT}"`);
  return rules.flatMap(({ rule: { id, patterns, words, detect }, shadow }) => {
    if (shadow) return [];
    if (patterns.length + words.length > 0) return [{ rule: id, why: 'it looks for words or patterns in texts' }];
    if (detect.some((one) => OF_MODELS.has(one))) return [{ rule: id, why: 'it looks at how texts are written' }];
    return isLooked ? [] : [{ rule: id, why: 'a text was too long to be looked at' }];
  });
}

function ruleWith({ bundle }: Policy, id: string): BundleRule | undefined {
  for (const { rules } of bundle.packs) {
    const found = rules.find((rule) => rule.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}
