/** What a gate proves to the archive who it is by: a certificate and its key, from files or from whoever gives them. */
import { WatchedText } from '../operator-client/files.ts';

/** PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
  /** Who signs for the archive; undefined: the roots that Node knows. */
  readonly ca: string | undefined;
}

export interface IdentitySource {
  /** The same object as long as nothing has changed. Rejects with an Error that says what is missing. */
  current(): Promise<Identity>;
}

export class FileIdentity implements IdentitySource {
  readonly #cert: WatchedText;
  readonly #key: WatchedText;
  readonly #ca: WatchedText | undefined;
  #last: Identity | undefined;

  constructor(certFile: string, keyFile: string, caFile: string | undefined) {
    this.#cert = new WatchedText(certFile, 'certificate');
    this.#key = new WatchedText(keyFile, 'key');
    this.#ca = caFile === undefined ? undefined : new WatchedText(caFile, 'CA');
  }

  async current(): Promise<Identity> {
    const next = { cert: this.#cert.current(), key: this.#key.current(), ca: this.#ca?.current() };
    const { cert, key, ca } = this.#last ?? {};
    if (this.#last !== undefined && cert === next.cert && key === next.key && ca === next.ca) return this.#last;
    this.#last = next;
    return next;
  }
}
