/** A verdict in the words that a model and its user read: what was refused, by which rule, what to do instead. */
import type { Target, TargetKind } from '../mcp/catalogue.ts';
import type { ClientRequest, ClientRequestKind } from '../mcp/client-request.ts';
import { readElicitationUrl } from './elicitation-url.ts';
import { type PlacedFinding, sentenceOf } from './findings.ts';
import type { Principal } from './principal.ts';
import type { Cause, Verdict } from './verdict.ts';

/** What to do where nothing allows a target. */
const OFFERED = 'use something from the list this server offers, or ask the owner of the policy';
const ADVICE: { readonly [kind in TargetKind]: string } = {
  tool: OFFERED,
  resource: OFFERED,
  prompt: OFFERED,
  method: 'no revision of MCP has it, so the owner of the policy would have to allow it by a rule on methods',
};

/** `asked`: the first target of the call; of several, the one is named that is refused. */
export function explainRefusal({ causes, rules, findings }: Verdict, asked: Target, principal: Principal): string {
  const [cause] = causes;
  const target = cause?.target ?? asked;
  const what = describeTarget(target);
  switch (cause?.kind) {
    case 'inspection-budget':
      return (
        `Not executed: ${what}. The request holds more than can be inspected in the time that one gets: ` +
        'too many or too long paths or names.'
      );
    case 'unreadable-target':
      return `Refused by policy: ${what}: ${cause.detail}. Call again with the plain form of the URI.`;
    case 'argument':
      return `Refused by policy: ${what}, ${cause.detail}${others(cause.detail, findings)} Rule: ${rules.join(', ')}.`;
    case 'definition':
      return `Refused by policy: ${what}, by what its server says of it. ${cause.detail} Rule: ${rules.join(', ')}.`;
    case 'content':
      return `Refused by policy: ${what}, ${cause.detail} Rule: ${rules.join(', ')}. Call again without it.`;
    case 'history':
      return `Refused by policy: ${what}, ${cause.detail} Rule: ${rules.join(', ')}.`;
    case 'rule':
      return (
        `Refused by policy: rule ${rules.join(', ')} forbids ${what} for ${describePrincipal(principal)}` +
        `${because(cause)}. Do not retry.`
      );
    case 'condition':
      return (
        `Refused by policy: rule ${rules.join(', ')} forbids ${what} for ${describePrincipal(principal)}` +
        ` as it is called here${because(cause)}. The same call is refused again.`
      );
    case 'condition-failed':
      return `Refused by policy: ${what}, since it cannot be told whether rule ${rules.join(', ')} forbids it: ${cause.detail}`;
    default:
      if (cause?.detail !== undefined)
        return `Refused by policy: no rule allows ${what} for ${describePrincipal(principal)}, and ${cause.detail}`;
      return (
        `Refused by policy: no rule allows ${what} for ${describePrincipal(principal)}. ` +
        `Do not retry; ${ADVICE[target.kind]}.`
      );
  }
}

/** Of a call that a token with all of these scopes would pass with. */
export function explainScopes(scopes: readonly string[], asked: Target, principal: Principal): string {
  const needs = `Refused by policy: ${describeTarget(asked)} takes a token with the ${scopes.length === 1 ? 'scope' : 'scopes'} ${scopes.join(', ')}`;
  if (principal.kind === 'anonymous') return `${needs}, and none was sent.`;
  return principal.scopes === undefined
    ? `${needs}, and ${describePrincipal(principal)} is known by something that has none. Do not retry.`
    : `${needs}, and that of ${describePrincipal(principal)} has not all of them. Call again with one that has, once its user agrees.`;
}

/** A model that hears of one wrong argument at a time calls once for each; more than a few it does not read. */
const MAX_OTHERS = 2;

function others(told: string | undefined, findings: readonly PlacedFinding[]): string {
  const sentences = new Set(findings.map(sentenceOf));
  if (told !== undefined) sentences.delete(told);
  return [...sentences]
    .slice(0, MAX_OTHERS)
    .map((sentence) => ` Also, ${sentence}`)
    .join('');
}

function because({ detail }: Cause): string {
  return detail === undefined ? '' : ` (${detail})`;
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
export function explainClientRequest({ causes, rules }: Verdict, { kind, url }: ClientRequest): string {
  const [first] = causes;
  if (first?.kind === 'unreadable-target') {
    return (
      `Refused by policy: this server may not send a person there, because ${first.detail}. ` +
      'Ask again with a plain https URL.'
    );
  }
  // Where a pack forbids all URLs, the hosts that another allows would be bad advice.
  const outright = causes.find((cause) => cause.kind === 'rule');
  if (first?.kind === 'argument' && outright === undefined) {
    const reading = readElicitationUrl(url);
    const host = 'host' in reading ? JSON.stringify(shorten(reading.host)) : 'this URL';
    return (
      `Refused by policy: rule ${rules.join(', ')} does not let this server send a person to ${host}; ${first.detail}. ` +
      'Ask again with a URL of one of these, or do without.'
    );
  }
  return (
    `Refused by policy: rule ${rules.join(', ')} does not let this server ${REQUESTS[kind]}` +
    `${outright === undefined ? '' : because(outright)}. Do not ask again; do without, or tell the user what is missing.`
  );
}

function describePrincipal(principal: Principal): string {
  return principal.kind === 'anonymous' ? 'anonymous callers' : JSON.stringify(principal.name);
}

function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
