/** Watches a kind until each of its objects is as it should be: the time of the last one is what is measured. */
import type { Logger } from 'pino';
import type { ApiClient } from '../../operator/kit/api-client.ts';
import { Reflector } from '../../operator/kit/reflector.ts';
import type { RawObject, Resource } from '../../operator/kit/resource.ts';
import { keyOf, Store } from '../../operator/kit/store.ts';

export interface ExpectationOptions {
  readonly client: ApiClient;
  readonly resource: Resource<RawObject>;
  readonly labelSelector?: string;
  readonly log: Logger;
  /** What an object shows of itself, in a form that can be compared. */
  readonly shownBy: (object: RawObject) => string | undefined;
}

export class Expectation {
  readonly store = new Store<RawObject>();
  readonly #what: string;
  readonly #shownBy: ExpectationOptions['shownBy'];
  readonly #stop = new AbortController();
  readonly #reflector: Reflector<RawObject>;
  readonly #ended: Promise<void>;
  #wanted: ReadonlyMap<string, string> = new Map();
  #wrong = new Set<string>();
  #rightSince = 0;
  #onRight: (() => void) | undefined;

  constructor({ client, resource, labelSelector, log, shownBy }: ExpectationOptions) {
    this.#what = resource.plural;
    this.#shownBy = shownBy;
    this.store.onChange(({ object }) => this.#look(keyOf(object)));
    this.#reflector = new Reflector({ client, resource, labelSelector, store: this.store, log });
    this.#ended = this.#reflector.start(this.#stop.signal);
  }

  get ready(): Promise<void> {
    return this.#reflector.synced;
  }

  /** By key, what each object should show. */
  want(wanted: ReadonlyMap<string, string>): void {
    this.#wanted = wanted;
    this.#wrong = new Set([...wanted.keys()].filter((key) => !this.#isRight(key)));
    this.#rightSince = performance.now();
  }

  /** When the last one came right, by `performance.now()`; rejects when time is up before that. */
  async met(limitMs: number): Promise<number> {
    if (this.#wrong.size === 0) return this.#rightSince;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#onRight = resolve;
    const limit = setTimeout(() => reject(new Error(this.#complaint(limitMs))), limitMs);
    try {
      await promise;
    } finally {
      clearTimeout(limit);
      this.#onRight = undefined;
    }
    return this.#rightSince;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  #look(key: string): void {
    if (!this.#wanted.has(key)) return;
    if (!this.#isRight(key)) {
      this.#wrong.add(key);
      return;
    }
    if (!this.#wrong.delete(key) || this.#wrong.size > 0) return;
    this.#rightSince = performance.now();
    this.#onRight?.();
  }

  #isRight(key: string): boolean {
    const object = this.store.get(key);
    return object !== undefined && this.#shownBy(object) === this.#wanted.get(key);
  }

  #complaint(limitMs: number): string {
    const [first = ''] = this.#wrong;
    const object = this.store.get(first);
    const shown = object === undefined ? 'is not there' : `shows ${this.#shownBy(object)}`;
    return `${this.#wrong.size} of ${this.#wanted.size} ${this.#what} are not right after ${limitMs / 1000} s; ${first} ${shown} instead of ${this.#wanted.get(first)}`;
  }
}
