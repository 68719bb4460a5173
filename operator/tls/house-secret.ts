/**
 * Reads the Secret in which somebody else keeps the operator's certificate. What was good there stays in use while what is there now
 * cannot be used, up to its end; a process that has never seen a good one does not begin.
 */
import type { ApiClient } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { Ref } from '../kit/resource.ts';
import { type HouseCertificate, HouseProblem, readHouse } from './house.ts';

export interface HouseSecretOptions {
  readonly client: Pick<ApiClient, 'find'>;
  readonly secret: Ref;
  readonly dnsNames: readonly string[];
  /** Called once for each problem; undefined: it is over. */
  readonly onProblem: (problem: string | undefined) => void;
}

export class HouseSecret {
  readonly #options: HouseSecretOptions;
  #last: HouseCertificate | undefined;
  #problem: string | undefined;

  constructor(options: HouseSecretOptions) {
    this.#options = options;
  }

  /** What to serve; undefined: what there was has ended. Throws a HouseProblem as long as there has never been any, and what the API server says. */
  async read(now: number): Promise<HouseCertificate | undefined> {
    const { client, secret, dnsNames } = this.#options;
    const found = await client.find(RESOURCES.Secret, secret);
    const data = found === undefined ? undefined : (found.data ?? {});
    try {
      this.#last = readHouse({ data, where: `${secret.namespace}/${secret.name}`, dnsNames, now });
      this.#say(undefined);
    } catch (error) {
      if (!(error instanceof HouseProblem)) throw error;
      this.#say(error.message);
      if (this.#last === undefined) throw error;
    }
    return this.#last !== undefined && now < this.#last.notAfter ? this.#last : undefined;
  }

  #say(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.onProblem(problem);
  }
}
