/** How clients are asked for a certificate: whoever has none, or one that does not count, is told so in words once the handshake is done. */
import { constants } from 'node:crypto';
import {
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
  type Server,
  type TlsOptions,
} from 'node:tls';
import type { Trust } from './trust.ts';

/** Of a server whose clients are asked. */
export const ASKS: TlsOptions = { requestCert: true, rejectUnauthorized: false };

/**
 * Sets what a server begins handshakes with. Sessions are not resumed (RFC 8446 §2.2): OpenSSL would take the client for the one of before,
 * without a look at who is trusted now and without the authorities in between.
 */
export function setContext(server: Server, options: SecureContextOptions, trust: Trust | undefined): void {
  if (trust === undefined) {
    server.setSecureContext(options);
    return;
  }
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
