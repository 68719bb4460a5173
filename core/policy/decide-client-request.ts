/**
 * decideClientRequest(policy, request) → decision: what becomes of a request that a server makes of a client. Silence allows here,
 * other than for calls: the client has said that it can be asked, and asks its person.
 */
import type { UnheldEffect } from '../api/unheld-effect.ts';
import type { ClientRequest } from '../mcp/client-request.ts';
import { leastOf } from './decide.ts';
import type { Decision } from './decision.ts';
import { isStricter } from './effect.ts';
import { readElicitationUrl } from './elicitation-url.ts';
import type { ClientRequestRule, Policy } from './policy.ts';

export function decideClientRequest(policy: Policy, { kind, url }: ClientRequest): Decision {
  const reading = kind === 'urlElicitation' ? readElicitationUrl(url) : undefined;
  if (reading !== undefined && 'problem' in reading) return unsafe(reading.problem);
  const enforced = new Tally(reading?.host);
  const all = new Tally(reading?.host);
  for (const rule of policy.clientRequests(kind)) {
    if (!rule.shadow) enforced.count(rule);
    all.count(rule);
  }
  const would = isStricter(all.effect, enforced.effect)
    ? { effect: all.effect, rules: all.rules.toSorted() }
    : undefined;
  return { ...enforced.decision(), would };
}

function unsafe(problem: string): Decision {
  return {
    effect: 'Deny',
    cause: 'unreadable-target',
    rules: [],
    detail: problem,
    approval: undefined,
    would: undefined,
  };
}

/** Keeps the strictest of what the packs say, so that their order means nothing. */
class Tally {
  readonly #host: string | undefined;
  effect: UnheldEffect = 'Allow';
  rules: string[] = [];
  /** Whether a rule has the effect by itself, and not for the host alone. */
  #outright = false;
  #reason: string | undefined = undefined;
  #violation: string | undefined = undefined;

  constructor(host: string | undefined) {
    this.#host = host;
  }

  count({ said, hosts }: ClientRequestRule): void {
    const violates = hosts !== null && (this.#host === undefined || !hosts.has(this.#host));
    const effect = violates ? 'Deny' : said.effect;
    if (isStricter(effect, this.effect)) {
      this.effect = effect;
      this.rules = [];
      this.#outright = false;
      this.#reason = undefined;
    } else if (effect !== this.effect) {
      return;
    }
    this.rules.push(said.id);
    if (violates && said.effect !== 'Deny') {
      const reason = said.reason === null ? '' : ` (${said.reason})`;
      this.#violation = leastOf(this.#violation, `the hosts allowed are ${String(hosts)}${reason}`);
    } else {
      this.#outright = true;
      this.#reason = leastOf(this.#reason, said.reason ?? undefined);
    }
  }

  decision(): Decision {
    // Where a pack forbids all URLs, the hosts that another allows would be bad advice.
    const byHost = this.effect === 'Deny' && !this.#outright;
    return {
      effect: this.effect,
      cause: byHost ? 'argument' : 'rule',
      rules: this.rules.toSorted(),
      detail: byHost ? this.#violation : this.#reason,
      approval: undefined,
      would: undefined,
    };
  }
}
