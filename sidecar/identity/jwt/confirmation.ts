/**
 * To what a token is bound besides its bearer (`cnf`, RFC 7800 §3.1): one function a kind of proof. A token that says something which nobody
 * here can check is refused, since whoever has stolen it could not show it either.
 */
import type { Refusal } from '../../../core/mcp/refusals.ts';
import { refuse } from '../../../core/mcp/refusals.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { Possession } from '../dpop/possession.ts';
import type { Shown } from '../shown.ts';
import type { Claims } from './claims.ts';

export interface Confirmation {
  /** RFC 9449 §6.1: SHA-256 thumbprint (RFC 7638) of the key by which proofs are signed. */
  readonly jkt?: string;
  /** RFC 8705 §3.1: SHA-256 of the certificate that the client has shown to whoever gave it the token. */
  readonly 'x5t#S256'?: string;
}

/** SHA-256 in base64url. */
const DIGEST = /^[\w-]{43}$/;

const KINDS = ['jkt', 'x5t#S256'] as const satisfies (keyof Confirmation)[];

/** What has to be shown with the token, or why nobody can: a sentence for whoever has sent it. */
export function confirmationIn({ cnf }: Claims): Confirmation | string {
  if (cnf === undefined) return {};
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) return 'its claim cnf is not right';
  const said = cnf as Readonly<Record<string, unknown>>;
  const names = Object.keys(said);
  const unknown = names.find((name) => !KINDS.some((kind) => kind === name));
  if (unknown !== undefined || names.length === 0)
    return 'it is bound to something that this server cannot check (cnf)';
  const isWhole = names.every((name) => typeof said[name] === 'string' && DIGEST.test(said[name]));
  return isWhole ? said : 'its claim cnf is not right';
}

/** Undefined: everything is shown that the token asks for. `isDpop`: it was sent by the scheme of that name. */
export function confirm(
  { jkt, 'x5t#S256': thumbprint }: Confirmation,
  sent: { readonly token: string; readonly isDpop: boolean },
  shown: Shown,
  policy: Policy,
  { possession }: { readonly possession: Pick<Possession, 'check'> },
): Refusal | undefined {
  // The handshake has proven that its client has the key; who has issued the certificate is all one (RFC 8705 §2.2).
  if (thumbprint !== undefined && shown.peer?.certificate?.thumbprint !== thumbprint)
    return refuse(
      'unauthenticated',
      'this token is not taken: it is bound to a client certificate, and this connection has not shown that one',
    );
  if (jkt !== undefined) {
    // RFC 9449 §7.1: or whoever finds the token could use it.
    if (!sent.isDpop)
      return refuse(
        'proof-not-taken',
        'the token is bound to a key: send "Authorization: DPoP <token>" with a proof in the DPoP header',
      );
    return possession.check(shown, policy, sent.token, jkt);
  }
  // RFC 9449 §7.1: a proof of any key would prove nothing.
  return sent.isDpop
    ? refuse('unauthenticated', 'this token is not taken: it is bound to no key, so it is none for the scheme DPoP')
    : undefined;
}
