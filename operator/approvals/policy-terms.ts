/** The terms of a held call, by the policy that the operator wrote: never by what a gate says of it. */
import { MAX_QUORUMS } from '../../core/api/approvers.ts';
import { type CallSubject, targetOf } from '../../core/api/approval-request.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { policyConfigMapName } from '../names.ts';
import type { ApprovalRules, Terms, Votes } from './approval-rules.ts';
import type { CallAsSeen } from './may-hold.ts';
import type { NewSpec, Spec } from './request.ts';
import { type PolicyRevisions, revisionsIn } from './revisions.ts';

/** What a sidecar sends of a call that it holds; its server is known from its token, and everything about the rules from the policy. */
export interface Submission {
  readonly call: CallSubject;
  readonly principal: Spec['principal'];
  /** Of its token; undefined: the gate does not tell. A request does not show them. */
  readonly scopes?: readonly string[];
  readonly revision: string;
  /** Which earlier call stands against it, as the gate says: it alone knows. */
  readonly came?: string;
  /** Ids of the rules that hold the call, as the gate says. */
  readonly rules: readonly string[];
}

/** The gate holds the call by a policy, or by a rule, that is none of those that were written for it, or nobody can be asked by them. */
export class UnknownPolicyError extends Error {
  override readonly name = 'UnknownPolicyError';
  readonly code: 'unknown-revision' | 'unknown-rule' | 'too-many-quorums';

  constructor(code: UnknownPolicyError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export class PolicyTerms {
  readonly #revisions: PolicyRevisions;
  readonly #client: Pick<ApiClient, 'find'>;

  constructor(revisions: PolicyRevisions, client: Pick<ApiClient, 'find'>) {
    this.#revisions = revisions;
    this.#client = client;
  }

  /** @throws {UnknownPolicyError} no such policy or rule is known, or it asks for what no request can carry */
  async of(server: CallAsSeen['server'], { call, ...held }: Submission, now: number): Promise<Terms> {
    const { revision } = held;
    const { namespace, name } = server;
    const rules = this.#revisions.rulesOf(namespace, name, revision) ?? (await this.#newest(server, revision));
    if (rules === undefined) {
      const message = `revision ${revision} is none that was written for MCPServer ${namespace}/${name} of late`;
      throw new UnknownPolicyError('unknown-revision', message);
    }
    const terms = rules.termsOf({
      ...held,
      principal: { ...held.principal, scopes: held.scopes },
      server,
      target: targetOf(call),
      preview: call.preview,
      now,
    });
    if (!('noSuchRule' in terms)) return terms;
    const which = terms.noSuchRule === '' ? 'no rule' : `no rule ${JSON.stringify(terms.noSuchRule)}`;
    throw new UnknownPolicyError(
      'unknown-rule',
      `${which} of revision ${revision} asks for a person before such a call`,
    );
  }

  /** A gate may have heard of a policy before this replica did. */
  async #newest({ namespace, name }: CallAsSeen['server'], revision: string): Promise<ApprovalRules | undefined> {
    const stored = await this.#client.find(RESOURCES.ConfigMap, { namespace, name: policyConfigMapName(name) });
    return revisionsIn(stored?.data).find((written) => written.revision === revision)?.rules;
  }
}

/** What it takes to approve; nothing where one vote of anybody is enough. */
export function votesOf({ quorums, veto }: Votes): Pick<NewSpec, 'quorums' | 'veto'> {
  if ((quorums?.length ?? 0) > MAX_QUORUMS) {
    const message = `the rules that hold the call ask for ${quorums?.length} different quorums, and a request carries ${MAX_QUORUMS}; let fewer rules hold it, or name one group that they share`;
    throw new UnknownPolicyError('too-many-quorums', message);
  }
  return { ...(quorums === undefined ? {} : { quorums: [...quorums] }), ...(veto ? {} : { veto }) };
}

/** The rule's own words first, and then which earlier call it is about, unless that has them already. */
export function reasonOf(said: string | undefined, target: CallAsSeen['target'], came: string | undefined): string {
  if (came === undefined) return said ?? `${target.kind} ${JSON.stringify(target.name)} needs approval`;
  return said === undefined || came.includes(said) ? came : `${said}; ${came}`;
}
