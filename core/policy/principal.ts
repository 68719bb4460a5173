/** Who makes a call, as proven. */
export interface Principal {
  /**
   * `token`: a bearer token that the gate knows; `jwt`: a token that an issuer has signed; `serviceAccount`: one of the cluster, by
   * a token of its API server; `certificate`: shown in the handshake of its
   * connection; `forwarded`: a proxy whose word counts has said so; `local`: the user whose process speaks to us over stdio;
   * `anonymous`: nobody proved anything.
   */
  readonly kind: 'token' | 'jwt' | 'serviceAccount' | 'certificate' | 'forwarded' | 'local' | 'anonymous';
  /** Unique among those of its kind and issuer, and nowhere else: see `principalKey`. */
  readonly name: string;
  readonly groups: readonly string[];
  /** Of a `jwt` and a `serviceAccount`: who says so. Of a `certificate` and of one `forwarded`: the name of the entry of `access` that vouches. */
  readonly issuer?: string;
  /** Of a `jwt`: what it was given for. */
  readonly scopes?: readonly string[];
  /** What else is proven, by name: of a `serviceAccount` its namespace and serviceAccount, and the pod and node it is in where that is known. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export const ANONYMOUS: Principal = { kind: 'anonymous', name: 'anonymous', groups: [] };

/** The same of the same caller, and of nobody else: two issuers may know different people by one name. No issuer has a blank in it. */
export function principalKey({ kind, issuer, name }: Principal): string {
  return issuer === undefined ? `${kind}:${name}` : `${kind}:${issuer} ${name}`;
}

export function isSamePrincipal(one: Principal, other: Principal): boolean {
  return one.kind === other.kind && one.name === other.name && one.issuer === other.issuer;
}
