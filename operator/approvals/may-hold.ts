/**
 * mayHold(when, call) → whether a rule with a condition may be among those that hold a call. A gate that leaves a rule out must not get
 * by with fewer votes, so the condition is asked here again, of what people will see of the call. Whatever cannot be told counts as held.
 */
import { Condition } from '../../core/conditions/condition.ts';
import type { Expression } from '../../core/conditions/expression.ts';

export interface CallAsSeen {
  readonly server: { readonly namespace: string; readonly name: string };
  readonly principal: {
    readonly name: string;
    readonly groups: readonly string[];
    readonly issuer?: string | undefined;
    readonly scopes?: readonly string[] | undefined;
  };
  readonly target: { readonly kind: string; readonly name: string };
  readonly preview: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** An evaluation has a limit of its own. */
const PAYER = { left: Number.MAX_SAFE_INTEGER, spend: () => true } as const;
/** How a caller was proven only its gate knows. */
const KINDS = ['token', 'jwt', 'serviceAccount', 'certificate', 'forwarded', 'anonymous'] as const;

export function mayHold(tree: Expression, { server, principal, target, preview, now }: CallAsSeen): boolean {
  const condition = new Condition(tree);
  const isWhole = target.kind === 'tool' && areArguments(preview);
  if (condition.needsArguments && !isWhole) return true;
  const args = isWhole ? preview : undefined;
  return KINDS.some((kind) => {
    const { issuer = '', scopes, ...named } = principal;
    // Scopes of a gate that does not tell them are not known, and so whether the condition holds.
    const known = { kind, ...named, issuer, ...(scopes === undefined ? {} : { scopes }) };
    const facts = { principal: known, server, session: undefined, now };
    return condition.ask(facts, target.name, args, PAYER) !== false;
  });
}

/** Beside other members the arguments stand under a name (sidecar/approvals/preview.ts), and one of them may have that name. */
function areArguments(preview: CallAsSeen['preview']): boolean {
  return !Object.hasOwn(preview, 'arguments') && !isMarked(preview);
}

/** Whether anything in it may be a mark for what is cut or redacted. */
function isMarked(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('…') || value.includes('[');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => isMarked(key) || isMarked(inner));
}
