/** Where the policy comes from that decides on calls. */
import type { Policy } from '../../core/policy/policy.ts';

export interface PolicySource {
  /** The policy in force; undefined as long as there has never been a valid one. */
  current(): Policy | undefined;
  /** Why what lies there is not in force; undefined: it is. */
  readonly problem?: string | undefined;
}

/** As references and seals name the server: `namespace/name`. */
export function serverOf({ bundle }: Policy): string {
  return `${bundle.server.namespace}/${bundle.server.name}`;
}
