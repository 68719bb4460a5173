/** How callers are asked for a certificate, as the policy has it. */
import { constants } from 'node:crypto';
import {
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
  type Server,
  type TLSSocket,
} from 'node:tls';
import type { PolicySource } from '../../policy/source.ts';
import type { ClientCertificates } from '../../tls/door.ts';
import { noteTrust } from './read-peer.ts';
import { type Trust, trustOf } from './trust.ts';

export class CallerCertificates implements ClientCertificates<Trust> {
  readonly #policy: PolicySource;

  constructor(policy: PolicySource) {
    this.#policy = policy;
  }

  trusted(): Trust | undefined {
    return trustOf(this.#policy.current());
  }

  /**
   * Sessions are not resumed (RFC 8446 §2.2): OpenSSL would take the client for the one of before, without a look at who is trusted now and
   * without the authorities in between.
   */
  setContext(server: Server, options: SecureContextOptions, trust: Trust): void {
    const asking = {
      ...options,
      ca: [...trust.authorities],
      // Whoever is trusted is: it need not be a root.
      allowPartialTrustChain: true,
      secureOptions: constants.SSL_OP_NO_TICKET,
      sessionIdContext: 'sallyport',
    };
    server.setSecureContext(asking);
    // Node's server leaves `allowPartialTrustChain` out. Where this does not take any more, authorities in between lead to nobody.
    (server as Server & { _sharedCreds?: SecureContext })._sharedCreds = createSecureContext(asking);
  }

  shown(socket: TLSSocket, trust: Trust): void {
    noteTrust(socket, trust);
  }
}
