/**
 * Who the token of a ServiceAccount is about: pure.
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 */
import type { Principal } from '../../../core/policy/principal.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** As Kubernetes names its objects (RFC 1123), where names of ServiceAccounts may have dots. */
const SUBJECT = /^system:serviceaccount:([a-z0-9][-a-z0-9]{0,62}):([a-z0-9][-a-z0-9.]{0,252})$/;
const NAME = /^[-a-z0-9.]{1,253}$/;

/** What a token says of itself, unproven. Undefined: nothing that can be read. */
export function unprovenClaims(token: string): Claims | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return isObject(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
}

/** What tokens of the API server have in them, and no others (KEP-1205). */
export function kubernetesClaim(claims: Claims): Claims | undefined {
  const said = claims['kubernetes.io'];
  return isObject(said) ? said : undefined;
}

/** Of claims that are proven: the principal, or why there is none. `namespaces`: those that are let in; null: all. */
export function accountOf(claims: Claims, namespaces: readonly string[] | null): Principal | string {
  const { iss, sub } = claims;
  const [name, namespace, account] = (typeof sub === 'string' && SUBJECT.exec(sub)) || [];
  if (typeof iss !== 'string' || name === undefined || namespace === undefined || account === undefined)
    return 'it is of no ServiceAccount';
  // Whoever reads it on its way could use it at the API server, whose audience is its issuer unless somebody said otherwise.
  if ([claims['aud']].flat().includes(iss))
    return 'it was made for the API server, too; mount one for this server alone';
  // The API server makes none such, so nobody here knows what would have to be shown with it.
  if (claims['cnf'] !== undefined) return 'it is bound to a key';
  const bound = kubernetesClaim(claims);
  if (bound === undefined) return 'it is bound to nothing: make one with TokenRequest, or mount one';
  if (namespaces?.includes(namespace) === false)
    return `ServiceAccounts of namespace ${namespace} are not let in by this server`;
  const attributes = { namespace, serviceAccount: account, ...named('pod', bound), ...named('node', bound) };
  return { kind: 'serviceAccount', name, groups: groupsOf(namespace), issuer: iss, attributes };
}

/** As the API server gives them to every ServiceAccount. */
function groupsOf(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
}

function named<K extends string>(what: K, bound: Claims): { readonly [key in K]?: string } {
  const object = bound[what];
  const name = isObject(object) ? object['name'] : undefined;
  return typeof name === 'string' && NAME.test(name) ? ({ [what]: name } as { readonly [key in K]: string }) : {};
}

function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
