/**
 * What gates ask about ServiceAccounts. GET /v1/service-account-keys: the keys of the API server as they are now, for a gate that was shown
 * a key it has not heard of. POST /v1/service-account-reviews: whether the API server still takes a token, for the audiences of the server
 * whose gate asks, and for no others.
 */
import * as z from 'zod';
import { defaultAudience } from '../../core/api/access-names.ts';
import type { Caches } from '../caches.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { parseServer } from '../parsed.ts';
import type { ServiceAccountKeyMirror } from '../service-account-keys/mirror.ts';

/** Of all gates together: reviews cost the API server. */
const MAX_REVIEWS = 32;
/** Where no key tells made-up tokens from others, anybody who reaches a gate has it ask: that must not be at the cost of other servers. */
const MAX_OF_SERVER = 16;
const BUSY = { status: 503, body: { error: 'too many tokens are being reviewed; try again' } };

const reviewSchema = z.object({ token: z.string().min(1).max(12_000) });

export interface AccountAnswer {
  readonly status: number;
  readonly body: object;
}

interface Asking {
  readonly namespace: string;
  readonly server: string;
}

export interface ServiceAccountApiParts {
  readonly client: Pick<ApiClient, 'create'>;
  readonly caches: Pick<Caches, 'servers'>;
  readonly mirror: Pick<ServiceAccountKeyMirror, 'refresh' | 'problem'>;
}

export class ServiceAccountApi {
  readonly #parts: ServiceAccountApiParts;
  #reviews = 0;
  /** Under way, by server. */
  readonly #byServer = new Map<string, number>();

  constructor(parts: ServiceAccountApiParts) {
    this.#parts = parts;
  }

  /** Undefined: it is a request for something else. */
  answer(
    { namespace, server }: Asking,
    method: string | undefined,
    path: string,
    body: () => Promise<unknown>,
  ): Promise<AccountAnswer> | undefined {
    const isKeys = method === 'GET' && path === '/v1/service-account-keys';
    if (!isKeys && !(method === 'POST' && path === '/v1/service-account-reviews')) return undefined;
    const audiences = this.#audiencesOf({ namespace, server });
    if (audiences === undefined) {
      const error = `MCPServer ${namespace}/${server} lets in no ServiceAccounts`;
      return Promise.resolve({ status: 403, body: { error } });
    }
    return isKeys ? this.#keys() : this.#reviewed(`${namespace}/${server}`, body, audiences);
  }

  async #keys(): Promise<AccountAnswer> {
    const { mirror } = this.#parts;
    const keys = await mirror.refresh();
    return keys === undefined
      ? { status: 503, body: { error: mirror.problem ?? 'the keys have not been read yet' } }
      : { status: 200, body: keys };
  }

  async #reviewed(server: string, body: () => Promise<unknown>, audiences: readonly string[]): Promise<AccountAnswer> {
    const ofServer = this.#byServer.get(server) ?? 0;
    if (this.#reviews >= MAX_REVIEWS || ofServer >= MAX_OF_SERVER) return BUSY;
    this.#reviews++;
    this.#byServer.set(server, ofServer + 1);
    try {
      const { token } = reviewSchema.parse(await body());
      return { status: 200, body: await this.#review(token, audiences) };
    } finally {
      this.#reviews--;
      const left = (this.#byServer.get(server) ?? 1) - 1;
      if (left > 0) this.#byServer.set(server, left);
      else this.#byServer.delete(server);
    }
  }

  async #review(token: string, audiences: readonly string[]): Promise<object> {
    const { status } = await this.#parts.client.create(RESOURCES.TokenReview, {
      metadata: {},
      spec: { token, audiences: [...audiences] },
    });
    const review = (status ?? {}) as {
      readonly authenticated?: boolean;
      readonly error?: string;
      readonly audiences?: readonly string[];
      readonly user?: { readonly username?: string };
    };
    // An authenticator that knows nothing of audiences would accept any token (TokenReview v1, status.audiences).
    const isFor = review.audiences?.some((audience) => audiences.includes(audience)) === true;
    if (review.authenticated === true && isFor) return { authenticated: true, username: review.user?.username ?? '' };
    return { authenticated: false, error: review.error ?? 'it is not valid' };
  }

  /** Of the server as it is stored, whatever the gate says of itself. */
  #audiencesOf({ namespace, server: name }: Asking): readonly string[] | undefined {
    const object = this.#parts.caches.servers.get({ namespace, name });
    const parsed = object === undefined ? undefined : parseServer(object);
    const said = parsed !== undefined && 'value' in parsed ? parsed.value.spec.access?.serviceAccounts : undefined;
    return said && (said.audiences ?? [defaultAudience({ namespace, name })]);
  }
}
