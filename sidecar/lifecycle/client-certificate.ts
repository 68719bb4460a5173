/** Brings the certificate that clients are shown from where the policy says it comes, and tells everybody who has to know of it. */
import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { ClientTls } from '../tls/client-tls.ts';
import type { Pair, Unfit } from '../tls/pair.ts';
import { PairDirectory } from '../tls/pair-directory.ts';
import type { ServingState } from '../tls/serving-certificate.ts';

/** Something that brings a certificate, until it is closed. */
export interface CertificateFeed {
  close(): void;
}

export interface CertificateParts {
  readonly tls: ClientTls;
  /** Where a Secret is mounted; undefined: none was asked for when this process was made. */
  readonly directory: string | undefined;
  /** Has the operator give certificates; undefined: there is no operator. */
  readonly operator: ((onRead: (read: Pair | Unfit) => void) => CertificateFeed) | undefined;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** Told whenever the state is another one; `mounted`: this pod was made for what the policy asks. */
  readonly onState: (state: ServingState, mounted: boolean) => void;
}

const NOT_MOUNTED =
  'this pod was made before access.tls named a Secret, so the certificate is not mounted; make the pod anew';

const NO_OPERATOR =
  'this gate has no operator that could give it a certificate; name a Secret in access.tls.secretName';

export class ClientCertificate {
  readonly #parts: CertificateParts;
  #from: string | undefined = undefined;
  #feed: CertificateFeed | undefined = undefined;

  constructor(parts: CertificateParts) {
    this.#parts = parts;
    const { tls, log, onState } = parts;
    tls.certificate.onChange((state) => {
      onState(state, this.#isMounted);
      const { pair, problem } = state;
      if (problem !== undefined) {
        const kept =
          pair === undefined ? 'TLS is asked for, and clients are refused' : 'clients are shown the last good one';
        log.error({ problem }, `the certificate was not taken; ${kept}`);
      } else if (pair !== undefined) {
        log.info({ notAfter: new Date(pair.notAfter).toISOString() }, 'the certificate that clients are shown');
      }
    });
  }

  /** The policy of now: where it asks for no TLS, nothing is looked for. */
  follow(policy: Policy | undefined): void {
    const from = policy?.bundle.server.access.tls?.certificate;
    if (from === this.#from) return;
    this.#from = from;
    this.#feed?.close();
    this.#feed = from === undefined ? undefined : this.#open();
  }

  get #isMounted(): boolean {
    return this.#from === 'Operator' || this.#parts.directory !== undefined;
  }

  close(): void {
    this.#feed?.close();
  }

  #open(): CertificateFeed | undefined {
    const { tls, directory, operator, clock } = this.#parts;
    const take = (read: Pair | Unfit): void => tls.certificate.take(read);
    if (this.#from === 'Operator') {
      if (operator === undefined) take({ problem: NO_OPERATOR });
      return operator?.(take);
    }
    if (directory !== undefined) return new PairDirectory(directory, clock, take);
    take({ problem: NOT_MOUNTED });
    return undefined;
  }
}
