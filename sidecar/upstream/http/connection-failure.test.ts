import { describe, expect, it } from 'vitest';
import { connectionFailure, isUnreachable } from './connection-failure.ts';

function failure(code: string, message = 'no words of Node'): Error {
  return Object.assign(new Error(message), { code });
}

describe('before anything was sent', () => {
  it.each<[code: string, says: RegExp]>([
    ['ECONNREFUSED', /nothing listens there/],
    ['ENOTFOUND', /name cannot be resolved/],
    ['EAI_AGAIN', /name cannot be resolved/],
    ['UND_ERR_CONNECT_TIMEOUT', /no answer came/],
    ['ENETUNREACH', /no way there/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS.*http:\/\//],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', /does not speak TLS/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name/],
    ['CERT_HAS_EXPIRED', /not valid at this time/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /not trusted.*NODE_EXTRA_CA_CERTS/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /not trusted/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /not trusted/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /not trusted/],
    ['CERT_REVOKED', /not trusted/],
    ['INVALID_PURPOSE', /not trusted/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /handshake failed.*versions/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /refuses the gate in the TLS handshake/],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', /handshake failed/],
    ['ECONNRESET', /ended before anything was sent/],
  ])('%s: the server cannot be reached, and it is said what to look at', (code, says) => {
    const { reason, message } = connectionFailure(failure(code), false);
    expect(reason).toBe('upstream-unreachable');
    expect(message).toContain(`(${code})`);
    expect(message).toMatch(says);
    expect(isUnreachable(failure(code), false)).toBe(true);
  });

  it('the code of the first address counts where several were tried', () => {
    const { message } = connectionFailure(new AggregateError([failure('ECONNREFUSED')], ''), false);
    expect(message).toContain('(ECONNREFUSED): nothing listens');
  });

  it('OpenSSL says it in the message alone when it was met in writing', () => {
    const words =
      'write EPROTO 80ABF:error:0A0000C6:SSL routines:tls_get_more_records:packet length too long:../ssl/record.c:654:\n';
    const { message } = connectionFailure(failure('EPROTO', words), false);
    expect(message).toMatch(/\(ERR_SSL_PACKET_LENGTH_TOO_LONG\): it does not speak TLS/);
  });

  it.each(['UND_ERR_DESTROYED', 'UND_ERR_INVALID_ARG'])(
    '%s is the side of the gate, and nothing against the server',
    (code) => {
      expect(isUnreachable(failure(code), false)).toBe(false);
      expect(connectionFailure(failure(code), false).message).toMatch(/the gate/);
    },
  );
});

describe('when the request was on its way', () => {
  it.each<[code: string, says: RegExp]>([
    ['UND_ERR_SOCKET', /ended the connection before its answer was whole \(UND_ERR_SOCKET\)/],
    ['ECONNRESET', /ended the connection/],
    ['HPE_INVALID_CONSTANT', /no HTTP\/1\.1.*https:\/\//],
    ['UND_ERR_HEADERS_OVERFLOW', /head of its answer is too large/],
  ])('%s: it broke off its answer', (code, says) => {
    const { reason, message } = connectionFailure(failure(code), true);
    expect({ reason, message }).toEqual({ reason: 'upstream-broken', message: expect.stringMatching(says) as unknown });
    expect(isUnreachable(failure(code), true)).toBe(false);
  });

  it('a server that asks for a certificate of the client has read nothing of it (TLS 1.3)', () => {
    const error = failure('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
    expect(connectionFailure(error, true)).toMatchObject({
      reason: 'upstream-unreachable',
      message: expect.stringContaining('client certificates') as unknown,
    });
    expect(isUnreachable(error, true)).toBe(true);
  });
});
