/** Who makes a call, as proven. */
export interface Principal {
  /** `token`: a bearer token; `local`: the user whose process speaks to us over stdio; `anonymous`: nobody proved anything. */
  readonly kind: 'token' | 'local' | 'anonymous';
  readonly name: string;
  readonly groups: readonly string[];
}

export const ANONYMOUS: Principal = { kind: 'anonymous', name: 'anonymous', groups: [] };
