/** Who is asking: a pod, proven by the token that the kubelet gave it for us, and the server whose gate it carries. */
import { sha256 } from '../../core/digest.ts';
import type { Clock } from '../../core/clock.ts';
import { claimsAudience } from '../../core/token-audience.ts';
import type { Caches } from '../caches.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { TOKEN_AUDIENCE } from '../names.ts';
import { gateOf, isGatedBy } from '../placement.ts';
import type { Pod } from '../pod.ts';

export type Caller =
  | {
      readonly kind: 'pod';
      readonly pod: Pod;
      readonly namespace: string;
      readonly server: string;
      readonly serverUid: string;
      /** The user of the API server that the pod is: its ServiceAccount. */
      readonly account: string;
    }
  | { readonly kind: 'refused'; readonly status: 401 | 403 | 503; readonly why: string };

interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly account: string;
}

interface Reviewed {
  readonly result: PodIdentity | string;
  readonly until: number;
}

/** A pod that was deleted may speak for so long; long polls would otherwise cost a review each. */
const KEEP_MS = 30_000;
const MAX_KEPT = 20_000;
/** Reviews cost the API server: whoever sends made-up tokens must not be able to send many. */
const MAX_REVIEWS = 32;

const POD_NAME = 'authentication.kubernetes.io/pod-name';
const POD_UID = 'authentication.kubernetes.io/pod-uid';

export type PodCaller = Extract<Caller, { kind: 'pod' }>;

export class Callers {
  readonly #client: ApiClient;
  readonly #caches: Caches;
  readonly #clock: Clock;
  readonly #reviewed = new Map<string, Reviewed>();
  /** Tokens that were no good, apart: they must not push out those that are. */
  readonly #refused = new Map<string, Reviewed>();
  #reviews = 0;

  constructor(client: ApiClient, caches: Caches, clock: Clock) {
    this.#client = client;
    this.#caches = caches;
    this.#clock = clock;
  }

  async identify(authorization: string | undefined): Promise<Caller> {
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined)
      return refused(401, 'send the token of the volume sallyport-token as Authorization: Bearer');
    if (!claimsAudience(token, TOKEN_AUDIENCE)) return refused(401, `the token is not for ${TOKEN_AUDIENCE}`);
    const identity = await this.#review(token);
    if (identity === undefined) return refused(503, 'too many tokens are being checked; try again');
    if (typeof identity === 'string') return refused(401, identity);
    const { namespace, name, uid, account } = identity;
    const pod = this.#caches.pods.get({ namespace, name });
    // The token is good, so the pod exists: the cache has not heard of it yet.
    if (pod?.metadata.uid !== uid) return refused(503, `pod ${namespace}/${name} is not known here yet; try again`);
    const server = gateOf(pod);
    if (server === undefined) return refused(403, `pod ${name} carries no gate`);
    const object = this.#caches.servers.get({ namespace, name: server });
    if (object !== undefined && isGatedBy(object, pod))
      return { kind: 'pod', pod, namespace, server, serverUid: object.metadata.uid ?? '', account };
    return refused(403, `no MCPServer ${JSON.stringify(server)} in namespace ${namespace} selects pod ${name}`);
  }

  /** Whose the token is, or why it is nobody's; undefined when it cannot be checked now. */
  async #review(token: string): Promise<PodIdentity | string | undefined> {
    const key = sha256(token);
    const now = this.#clock.monotonic();
    const known = this.#reviewed.get(key) ?? this.#refused.get(key);
    if (known !== undefined && now < known.until) return known.result;
    if (this.#reviews >= MAX_REVIEWS) return undefined;
    this.#reviews++;
    try {
      const result = await this.#ask(token);
      const kept = typeof result === 'string' ? this.#refused : this.#reviewed;
      kept.delete(key);
      kept.set(key, { result, until: now + KEEP_MS });
      const [oldest] = kept.keys();
      if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
      return result;
    } finally {
      this.#reviews--;
    }
  }

  async #ask(token: string): Promise<PodIdentity | string> {
    const { status } = await this.#client.create(RESOURCES.TokenReview, {
      metadata: {},
      spec: { token, audiences: [TOKEN_AUDIENCE] },
    });
    const review = (status ?? {}) as {
      authenticated?: boolean;
      error?: string;
      audiences?: string[];
      user?: { username?: string; extra?: Record<string, string[]> };
    };
    if (review.authenticated !== true) return `the token is not accepted: ${review.error ?? 'it is not valid'}`;
    // An authenticator that knows nothing of audiences would accept any token (TokenReview v1, status.audiences).
    if (review.audiences?.includes(TOKEN_AUDIENCE) !== true) return `the token is not for ${TOKEN_AUDIENCE}`;
    const account = review.user?.username ?? '';
    const namespace = /^system:serviceaccount:([^:]+):/.exec(account)?.[1];
    const name = review.user?.extra?.[POD_NAME]?.[0];
    const uid = review.user?.extra?.[POD_UID]?.[0];
    if (namespace === undefined || name === undefined || uid === undefined) return 'the token is not bound to a pod';
    return { namespace, name, uid, account };
  }
}

function refused(status: 401 | 403 | 503, why: string): Caller {
  return { kind: 'refused', status, why };
}
