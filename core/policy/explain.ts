/** A decision in the words that a model and its user read: what was refused, by which rule, what to do instead. */
import type { Target } from '../mcp/catalogue.ts';
import type { Decision } from './decision.ts';
import type { Principal } from './principal.ts';

const NOUN = { tool: 'tool', resource: 'resource', prompt: 'prompt' } as const;

export function explainRefusal(decision: Decision, target: Target, principal: Principal): string {
  const what = describeTarget(target);
  switch (decision.cause) {
    case 'no-rule':
      return (
        `Refused by policy: no rule allows ${what} for ${describePrincipal(principal)}. ` +
        'Do not retry; use something from the list this server offers, or ask the owner of the policy.'
      );
    case 'argument':
      return `Refused by policy: ${what}, ${decision.detail} Rule: ${decision.rules.join(', ')}.`;
    case 'unreadable-target':
      return `Refused by policy: ${what}: ${decision.detail}. Call again with the plain form of the URI.`;
    case 'rule':
      return (
        `Refused by policy: rule ${decision.rules.join(', ')} forbids ${what} for ${describePrincipal(principal)}` +
        `${decision.detail === undefined ? '' : ` (${decision.detail})`}. Do not retry.`
      );
  }
}

/** `tool "transfer"`; names are quoted as JSON so that nothing in them can pass for the sentence around them. */
export function describeTarget(target: Target): string {
  return `${NOUN[target.kind]} ${JSON.stringify(shorten(target.name))}`;
}

function describePrincipal(principal: Principal): string {
  return principal.kind === 'anonymous' ? 'anonymous callers' : JSON.stringify(principal.name);
}

function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
