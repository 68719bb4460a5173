/** Whether a grant is about a call: pure. Whether it still stands is for judge.ts. */
import type { ApprovalGrant } from '../../core/api/approval-grant.ts';
import { whyNotFitting } from '../../core/approvals/fits-grant.ts';

/** A call that is held, as its gate shows it. */
export interface GrantableCall {
  readonly tool: string | undefined;
  readonly principal: { readonly name: string; readonly issuer?: string | undefined };
  /** Digest of the definition that the tool has now, where the gate knows it. */
  readonly pin: string | undefined;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** JSON Pointers of arguments that are not shown as the server will get them. */
  readonly hidden: readonly string[];
  /** Ids of all rules that hold it, by the policy of the operator. */
  readonly rules: readonly string[];
}

/** Why not, in a sentence without an end; undefined where it is. */
export function whyNotAbout(grant: ApprovalGrant['spec'], call: GrantableCall): string | undefined {
  if (call.tool !== grant.tool) return `it is about the tool ${grant.tool}`;
  const { name, issuer } = grant.principal;
  if (call.principal.name !== name) return `it is about calls of ${name}`;
  if (call.principal.issuer !== issuer) return `it is about ${name} of ${issuer ?? 'the gate itself'}`;
  if (grant.pin !== undefined && call.pin !== grant.pin) return 'the tool has another definition than it is bound to';
  const other = call.rules.find((rule) => !grant.rules.includes(rule));
  if (other !== undefined) return `it does not stand in for the rule ${other}, which holds the call as well`;
  return whyNotFitting(grant.arguments, call);
}
