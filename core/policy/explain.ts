/** A decision in the words that a model and its user read: what was refused, by which rule, what to do instead. */
import type { Target, TargetKind } from '../mcp/catalogue.ts';
import type { ClientRequest, ClientRequestKind } from '../mcp/client-request.ts';
import type { Decision } from './decision.ts';
import { readElicitationUrl } from './elicitation-url.ts';
import type { Principal } from './principal.ts';

/** What to do where nothing allows a target. */
const OFFERED = 'use something from the list this server offers, or ask the owner of the policy';
const ADVICE: { readonly [kind in TargetKind]: string } = {
  tool: OFFERED,
  resource: OFFERED,
  prompt: OFFERED,
  method: 'no revision of MCP has it, so the owner of the policy would have to allow it by a rule on methods',
};

export function explainRefusal(decision: Decision, target: Target, principal: Principal): string {
  const what = describeTarget(target);
  switch (decision.cause) {
    case 'no-rule':
      return (
        `Refused by policy: no rule allows ${what} for ${describePrincipal(principal)}. ` +
        `Do not retry; ${ADVICE[target.kind]}.`
      );
    case 'argument':
      return `Refused by policy: ${what}, ${decision.detail} Rule: ${decision.rules.join(', ')}.`;
    case 'unreadable-target':
      return `Refused by policy: ${what}: ${decision.detail}. Call again with the plain form of the URI.`;
    case 'inspection-budget':
      return (
        `Not executed: ${what}. The request holds more than can be inspected in the time that one gets: ` +
        'too many or too long paths or names.'
      );
    case 'rule':
      return (
        `Refused by policy: rule ${decision.rules.join(', ')} forbids ${what} for ${describePrincipal(principal)}` +
        `${decision.detail === undefined ? '' : ` (${decision.detail})`}. Do not retry.`
      );
  }
}

/** `tool "transfer"`; names are quoted as JSON so that nothing in them can pass for the sentence around them. */
export function describeTarget(target: Target): string {
  return `${target.kind} ${JSON.stringify(shorten(target.name))}`;
}

const REQUESTS: { readonly [kind in ClientRequestKind]: string } = {
  sampling: 'ask clients for an answer of their model (sampling/createMessage)',
  elicitation: 'show people a form (elicitation/create)',
  urlElicitation: 'send people to a web page (elicitation/create with a URL)',
  roots: 'ask clients for their folders (roots/list)',
};

/** The same for the author of a server, whose request it is, and for a model that reads why its call came to nothing. */
export function explainClientRequest(decision: Decision, { kind, url }: ClientRequest): string {
  const rules = decision.rules.join(', ');
  if (decision.cause === 'unreadable-target') {
    return (
      `Refused by policy: this server may not send a person there, because ${decision.detail}. ` +
      'Ask again with a plain https URL.'
    );
  }
  if (decision.cause === 'argument') {
    const reading = readElicitationUrl(url);
    const host = 'host' in reading ? JSON.stringify(shorten(reading.host)) : 'this URL';
    return (
      `Refused by policy: rule ${rules} does not let this server send a person to ${host}; ${decision.detail}. ` +
      'Ask again with a URL of one of these, or do without.'
    );
  }
  return (
    `Refused by policy: rule ${rules} does not let this server ${REQUESTS[kind]}` +
    `${decision.detail === undefined ? '' : ` (${decision.detail})`}. Do not ask again; do without, or tell the user what is missing.`
  );
}

function describePrincipal(principal: Principal): string {
  return principal.kind === 'anonymous' ? 'anonymous callers' : JSON.stringify(principal.name);
}

function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
