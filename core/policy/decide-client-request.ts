/**
 * decideClientRequest(policy, request) → verdict: what becomes of a request that a server makes of a client. Silence allows here,
 * other than for calls: the client has said that it can be asked, and asks its person.
 */
import { NO_FACTS } from '../conditions/frame.ts';
import type { ClientRequest } from '../mcp/client-request.ts';
import { readElicitationUrl } from './elicitation-url.ts';
import type { Policy } from './policy.ts';
import { Strictest } from './strictest.ts';
import { NOTHING_TO_DECIDE, unreadable, type Verdict } from './verdict.ts';

/** `facts`: whose client it is; without them conditions that ask for them count as true. */
export function decideClientRequest(policy: Policy, { kind, url }: ClientRequest, facts = NO_FACTS): Verdict {
  const reading = kind === 'urlElicitation' ? readElicitationUrl(url) : undefined;
  if (reading !== undefined && 'problem' in reading) return unreadable(reading.problem);
  const enforced = new Strictest();
  const shadow = new Strictest();
  for (const rule of policy.clientRequests(kind)) {
    const said = rule.verdictOn(reading?.host, facts);
    if (said !== undefined) (rule.shadow ? shadow : enforced).add(said);
  }
  const verdict = enforced.verdict() ?? NOTHING_TO_DECIDE;
  const would = shadow.stricterThan(verdict.effect);
  return would === undefined ? verdict : { ...verdict, would };
}
