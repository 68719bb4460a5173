/**
 * What went wrong between the gate and a server, in words that say whose side it is on and what to do. Above all: was the call sent?
 * What was not sent cannot have been executed, and may be called again.
 */
import { UpstreamError } from '../upstream.ts';

/** Codes of X.509 verification, as OpenSSL and Node name them, by their family: there are some forty. */
const CERTIFICATE = /CERT|CRL|ISSUER|SIGNATURE|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH/;
/** The other side speaks, and it is no TLS. */
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/;
const NAME = /^(?:ENOTFOUND|ENODATA|ESERVFAIL|EAI_[A-Z]+)$/;
const TIMED_OUT = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);
const NO_ROUTE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM']);
const CLOSING = new Set(['UND_ERR_DESTROYED', 'UND_ERR_CLOSED']);
/** In TLS 1.3 the server refuses a client for its certificate when that has begun to speak already (RFC 8446 §4.4.2.4); it reads nothing then. */
const CLIENT_REFUSED =
  /ALERT_(?:CERTIFICATE|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE)/;

/** `wasSent`: at least a part of the request may have left. `code` is that of the error, or empty. */
export function connectionFailure(error: Error, wasSent: boolean): UpstreamError {
  const code = codeOf(error);
  if (!wasSent || CLIENT_REFUSED.test(code)) {
    const named = code === '' ? error.message : code;
    return new UpstreamError('upstream-unreachable', `connecting failed (${named}): ${notConnected(code)}`, error);
  }
  return new UpstreamError('upstream-broken', broken(code, error.message), error);
}

/** Whether it says something about the server that the next call would meet as well. */
export function isUnreachable(error: Error, wasSent: boolean): boolean {
  const code = codeOf(error);
  return CLIENT_REFUSED.test(code) || (!wasSent && !CLOSING.has(code) && !code.startsWith('UND_ERR_INVALID'));
}

function notConnected(code: string): string {
  if (code === 'ECONNREFUSED') return 'nothing listens there; check that the server runs, and its port';
  if (NAME.test(code)) return 'its name cannot be resolved; check the host in its URL, and the DNS of the gate';
  if (TIMED_OUT.has(code)) return 'no answer came; check its address, and what lies between (firewall, NetworkPolicy)';
  if (NO_ROUTE.has(code)) return 'the network of the gate has no way there; check its address, and the network';
  if (NO_TLS.test(code)) return 'it does not speak TLS on this port; write http:// in its URL, or give its TLS port';
  if (CLIENT_REFUSED.test(code)) return 'it refuses the gate in the TLS handshake; it may ask for client certificates';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'its TLS certificate is for another name; give the URL with the name in it, or mend the certificate';
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return 'its TLS certificate is not valid at this time; renew it, or set the clock of the gate';
  if (CERTIFICATE.test(code))
    return 'its TLS certificate is not trusted by the gate; give the CA to Node with NODE_EXTRA_CA_CERTS, or in the ca.crt beside its client certificate if there is one, or mend the chain that the server sends';
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return 'the TLS handshake failed; check which versions and ciphers the server takes (the gate speaks TLS 1.2 and 1.3)';
  if (CLOSING.has(code)) return 'the gate closes its connections, because it is being stopped; call again in a moment';
  if (code.startsWith('UND_ERR_INVALID')) return 'the gate could make no request of the call; please report this';
  return 'the connection ended before anything was sent; check what listens there, and the log of the server';
}

function broken(code: string, message: string): string {
  // undici's parser names what is wrong in its message, and only sometimes in the code.
  if (code.startsWith('HPE_') || message.includes('HTTP/1.1 protocol'))
    return `what it answers is no HTTP/1.1 (${code === '' ? 'its first bytes' : code}); if this is its TLS port, write https:// in its URL`;
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return `the head of its answer is too large (${code})`;
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE')
    return `it ended the connection before its answer was whole (${code}); its log may say why`;
  return code === '' ? message : code;
}

/** Of several addresses that were tried at once each has its own; they are alike, as a rule. */
function codeOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // OpenSSL's reason stands at the end of the message only, where writing met it: `write EPROTO 00:error:0A0000C6:SSL routines::packet …`.
  const reason = code === 'EPROTO' ? /SSL routines:[^:]*:([a-z0-9 ]+)/i.exec(error.message)?.[1] : undefined;
  if (reason !== undefined) return `ERR_SSL_${reason.trim().replaceAll(' ', '_').toUpperCase()}`;
  if (code !== '') return code;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return first instanceof Error ? codeOf(first) : '';
}
