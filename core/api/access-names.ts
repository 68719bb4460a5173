/**
 * What `access` of an MCPServer may name; whoever advises to add something looks here first. Apart from its schema, which a gate has no use
 * for and which takes megabytes of memory.
 */

export const AUTHORIZATIONS = ['Gate', 'Server'] as const;

/**
 * The ways to show who one is, each with the field of `access` that opens it, in the order in which they are asked where nobody says
 * another. Callers of whom nothing is known come last, whatever the order.
 */
export const WAYS_IN = {
  Tokens: 'tokens',
  ServiceAccounts: 'serviceAccounts',
  JWT: 'jwt',
  TrustedProxies: 'trustedProxies',
  Certificates: 'certificates',
} as const;
export type WayIn = keyof typeof WAYS_IN;
export const DEFAULT_ORDER = Object.keys(WAYS_IN) as WayIn[];

/** Asymmetric ones (RFC 7518 §3.1, RFC 8037, RFC 9864): whoever can check a token cannot make one. */
export const JWT_ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
] as const;

/** Whether callers may show a client certificate, or have to. */
export const CERTIFICATE_MODES = ['Optional', 'Required'] as const;

export const MAX_ISSUERS = 8;

/** How it is looked whether the token of a ServiceAccount holds. */
export const ACCOUNT_CHECKS = ['Offline', 'Online'] as const;

/** The audience that every server has by itself: no two of a cluster share it, and it stays when ports and Services change. */
export function defaultAudience({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${name}.${namespace}.sallyport.dev`;
}

export const MAX_HOST = 253;
export const MAX_ORIGIN = 300;

export const HOST = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?|\[[0-9a-f:.]+\])$/;
export const ORIGIN = /^[a-z][-a-z0-9+.]*:\/\/([-_a-z0-9.]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?$/;

export function mayBeHost(name: string): boolean {
  return name.length <= MAX_HOST && HOST.test(name);
}

/** Not `null` and not `file://`, which browsers send for files and frames that are nobody's: every such page would be the one that is allowed. */
export function mayBeOrigin(origin: string): boolean {
  return origin.length <= MAX_ORIGIN && ORIGIN.test(origin);
}
