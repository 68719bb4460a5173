/** Reports which keys the gate does not have, when that is news: a call that needs one of them is not sent. */
import type { Logger } from 'pino';
import type { UpstreamCredentials } from '../upstream/credentials/credentials.ts';

type Known = Pick<UpstreamCredentials, 'problems' | 'said'>;

export class CredentialNews {
  readonly #credentials: Known;
  readonly #log: Logger;
  readonly #report: (problems: readonly string[]) => void;
  /** Undefined: nothing was said yet, since nothing was to be shown. */
  #last: string | undefined = undefined;

  /** `report` gets sentences that never say what a value is. */
  constructor(credentials: Known, log: Logger, report: (problems: readonly string[]) => void) {
    this.#credentials = credentials;
    this.#log = log;
    this.#report = report;
  }

  /** Call it when the policy or the files may have changed. */
  look(): void {
    if (this.#last === undefined && this.#credentials.said === undefined) return;
    const problems = this.#credentials.problems();
    const news = problems.join('\n');
    if (news === this.#last) return;
    this.#last = news;
    if (problems.length === 0) this.#log.info('all credentials of the server are there');
    this.#report(problems);
  }
}
