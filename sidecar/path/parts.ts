/** The parts of the gate that a call meets on its way; each step says which of them it takes. */
import type { AnswerParts } from '../answer/parts.ts';
import type { ApprovalNotes } from '../approvals/approval-notes.ts';
import type { ApprovalDigests } from '../approvals/digests.ts';
import type { ApprovalService } from '../approvals/service.ts';
import type { IdentityParts } from '../identity/authenticator.ts';
import type { Possession } from '../identity/dpop/possession.ts';
import type { JwtSource } from '../identity/jwt/jwt-source.ts';
import type { AccountSource } from '../identity/service-accounts/account-source.ts';
import type { Replicas } from '../hop/replicas.ts';
import type { ByteBudget } from '../memory/byte-budget.ts';
import type { OpenCalls } from '../memory/open-calls.ts';
import type { ServerOAuth } from '../oauth/server-oauth.ts';
import type { UpstreamCredentials } from '../upstream/credentials/credentials.ts';
import type { ClientTls } from '../tls/client-tls.ts';

export interface PathParts extends AnswerParts, IdentityParts {
  readonly jwts: Pick<JwtSource, 'look' | 'holds' | 'follow' | 'learn'>;
  readonly accounts: Pick<AccountSource, 'isMine' | 'find' | 'look' | 'proofOf' | 'follow' | 'learn'>;
  readonly possession: Pick<Possession, 'check' | 'nonce' | 'adopt'>;
  /** Undefined where nobody can approve; calls that need it are refused then. */
  readonly approvals: ApprovalService | undefined;
  readonly approvalNotes: ApprovalNotes;
  /** What approvals are bound to. */
  readonly approvalDigests: ApprovalDigests;
  readonly oauth: ServerOAuth;
  /** What is shown to the server, and for whom. */
  readonly credentials: UpstreamCredentials;
  /** Keys the digests of arguments in the audit line. */
  readonly digestKey: Buffer;
  readonly bytes: ByteBudget;
  readonly openCalls: OpenCalls;
  /** Undefined where nobody can speak TLS with clients: whoever is asked for it refuses them. */
  readonly tls: ClientTls | undefined;
  /** The other gates of this server; undefined where there are none. */
  readonly replicas: Replicas | undefined;
  /** The pod is about to end: a legacy session takes no request any more. */
  readonly sessionsOver: boolean;
  /** True once no new call is let in. */
  readonly draining: boolean;
  /** Why nothing passes any more and the process ends: something was thrown that nothing caught. Undefined as long as all is well. */
  readonly failed: string | undefined;
}
