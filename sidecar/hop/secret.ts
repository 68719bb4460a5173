/**
 * How gates of one server know each other: TLS 1.3 with a pre-shared key (RFC 8446 §2.2) that is derived from the one they share for
 * handles. It proves either side to the other before the first byte of a client's request is sent, also where a pod that has nothing to do
 * with it has got the address of one that is gone; and it needs no certificates, whose renewal could fail.
 */
import { createHmac } from 'node:crypto';
import type { TlsOptions } from 'node:tls';

const PURPOSE = 'sallyport hop v1';
/** Of the key, not of a gate: which one is meant, while one replaces another. */
const IDENTITY_LENGTH = 22;
/** The hash of both is SHA-256, as external keys have it (RFC 8446 §4.2.11). */
const TLS = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' } as const;

interface Secret {
  readonly identity: string;
  readonly psk: Buffer;
}

export class HopSecret {
  /** The first one is shown. */
  #secrets: readonly Secret[] = [];

  adopt(key: Buffer, others: readonly Buffer[]): void {
    this.#secrets = [key, ...others].map((one) => ({
      identity: createHmac('sha256', one).update(`${PURPOSE} identity`).digest('base64url').slice(0, IDENTITY_LENGTH),
      psk: createHmac('sha256', one).update(PURPOSE).digest(),
    }));
  }

  /** For the side that is called. Without a key every handshake fails. */
  get accepting(): TlsOptions {
    return {
      ...TLS,
      pskCallback: (_socket, identity) => this.#secrets.find((one) => one.identity === identity)?.psk ?? null,
    };
  }

  /** For the side that calls. A certificate, whoever has issued it, proves nothing here: it is the key, or nobody. */
  get calling() {
    return {
      ...TLS,
      pskCallback: () => this.#secrets[0] ?? null,
      ca: [],
      checkServerIdentity: () => new Error('it has shown a certificate, and gates of this server have none'),
    };
  }
}
