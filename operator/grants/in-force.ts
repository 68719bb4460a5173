/** What the policy says of a grant that is to be in force at its server now, whatever a gate may still have. */
import type { Clock } from '../../core/clock.ts';
import { UnknownRequesterError } from '../approvals/requesters.ts';
import type { PolicyRevisions } from '../approvals/revisions.ts';
import type { Caches } from '../caches.ts';
import type { StoredGrant } from '../custom-resources.ts';
import { revisionsOf } from '../policy-delivery/revisions.ts';
import type { Behind, Circumstances } from './judge.ts';

export interface InForce {
  readonly caches: Pick<Caches, 'servers'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly revisions: Pick<PolicyRevisions, 'rulesOf'>;
  /** Who stands behind a principal. */
  readonly requesters: { behind(namespace: string, principal: { name: string; groups: string[] }): Behind };
}

/** Without a call: of the principal the name is known, and of the rules those that it stands in for. */
export function circumstancesInForce({ metadata, spec }: StoredGrant, context: InForce): Circumstances {
  const { namespace = '' } = metadata;
  const now = context.clock.now();
  const refused = (why: string): Circumstances => ({ now, allowance: { refused: why }, votes: {}, behind: {} });
  const server = context.caches.servers.get(`${namespace}/${spec.server}`);
  if (server === undefined) return refused(`there is no MCPServer ${spec.server} in ${namespace}`);
  const [revision] = revisionsOf(server);
  const rules = revision === undefined ? undefined : context.revisions.rulesOf(namespace, spec.server, revision);
  if (rules === undefined) return refused(`no policy of MCPServer ${spec.server} is in force yet`);
  const terms = rules.termsOfRules(spec.rules, spec.tool);
  if ('noSuchRule' in terms) return refused(`the policy has no rule ${terms.noSuchRule} that asks for a person`);
  try {
    const behind = context.requesters.behind(namespace, { name: spec.principal.name, groups: [] });
    return { now, allowance: terms.grants, votes: terms, behind };
  } catch (error) {
    if (error instanceof UnknownRequesterError) return refused(error.message);
    throw error;
  }
}
