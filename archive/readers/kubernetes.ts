/**
 * Readers as the cluster knows them: whose token it is (TokenReview), and whether they may `get` mcpservers/audit in the namespace of the
 * server (SubjectAccessReview). The token has to be made for the archive, so that it is of no use to whoever runs the archive elsewhere.
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { claimsAudience } from '../../core/token-audience.ts';
import type { Reader, ReaderCheck, Verb } from './readers.ts';

export const READER_AUDIENCE = 'sallyport.dev/archive';
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 256 * 1024;
/** Whoever loses the right to read may read for so long. */
const KEEP_MS = 10_000;
const MAX_KEPT = 1000;
/** Reviews cost the API server: whoever sends made-up tokens must not be able to send many. */
const MAX_REVIEWS = 32;

export interface Cluster {
  readonly host: string;
  readonly port: string;
  readonly caFile: string;
  readonly tokenFile: string;
}

/** Of the pod that this runs in. Throws an Error where it runs in none. */
export function ownCluster(env: Readonly<Record<string, string | undefined>>): Cluster {
  const [host, port] = [env['KUBERNETES_SERVICE_HOST'], env['KUBERNETES_SERVICE_PORT']];
  if (host === undefined || port === undefined)
    throw new Error('readers.kubernetes is for a pod: KUBERNETES_SERVICE_HOST is not set');
  return { host, port, caFile: `${ACCOUNT}/ca.crt`, tokenFile: `${ACCOUNT}/token` };
}

interface Reviewed {
  readonly reader: Reader;
  readonly until: number;
}

export function kubernetesReader(cluster: Cluster, clock: Clock): ReaderCheck {
  const accepted = new Map<string, Reviewed>();
  // Apart: those that were no good must not push out those that are.
  const refused = new Map<string, Reviewed>();
  let reviews = 0;
  return async (token, verb, server) => {
    if (!claimsAudience(token, READER_AUDIENCE)) return UNFIT;
    const namespace = server?.split('/', 1)[0] ?? '';
    const key = createHash('sha256').update(`${verb}\0${namespace}\0${token}`).digest('hex');
    const now = clock.monotonic();
    const before = accepted.get(key) ?? refused.get(key);
    if (before !== undefined && now < before.until) return before.reader;
    if (reviews >= MAX_REVIEWS)
      return { kind: 'refused', status: 503, why: 'too many tokens are being checked; try again' };
    reviews += 1;
    const reader = await review(cluster, token, verb, namespace).finally(() => (reviews -= 1));
    if (reader.kind === 'refused' && reader.status === 503) return reader;
    accepted.delete(key);
    refused.delete(key);
    const kept = reader.kind === 'reader' ? accepted : refused;
    kept.set(key, { reader, until: now + KEEP_MS });
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return reader;
  };
}

const UNFIT: Reader = {
  kind: 'refused',
  status: 401,
  why: `the token is not accepted: make one with \`kubectl create token NAME --audience ${READER_AUDIENCE}\``,
};

interface User {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

async function review(cluster: Cluster, token: string, verb: Verb, namespace: string): Promise<Reader> {
  let user: User | undefined;
  let allowed: boolean | undefined;
  try {
    const told = await create(cluster, '/apis/authentication.k8s.io/v1/tokenreviews', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token, audiences: [READER_AUDIENCE] },
    });
    // An authenticator that knows nothing of audiences would accept any token (TokenReview v1, status.audiences).
    const isFor = Array.isArray(told['audiences']) && told['audiences'].includes(READER_AUDIENCE);
    if (told['authenticated'] === true && isFor) user = told['user'] as User;
    if (user === undefined) return UNFIT;
    const answer = await create(cluster, '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: user.username,
        uid: user.uid,
        groups: user.groups,
        extra: user.extra,
        resourceAttributes: { namespace, verb, group: 'sallyport.dev', resource: 'mcpservers', subresource: 'audit' },
      },
    });
    allowed = answer['allowed'] === true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', status: 503, why: `the API server could not be asked who this is: ${why}` };
  }
  const name = user.username ?? '';
  if (allowed) return { kind: 'reader', name };
  const where = namespace === '' ? 'in all namespaces; name a server with --server' : `in namespace ${namespace}`;
  return { kind: 'refused', status: 403, why: `${name} may not ${verb} mcpservers/audit ${where}` };
}

/** Posts an object and resolves with the status that the API server gave it. */
function create(cluster: Cluster, path: string, object: object): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(object);
    const sent = request(
      {
        host: cluster.host,
        port: cluster.port,
        path,
        method: 'POST',
        ca: readFileSync(cluster.caFile),
        timeout: TIMEOUT_MS,
        headers: {
          authorization: `Bearer ${readFileSync(cluster.tokenFile, 'utf8').trim()}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('error', reject);
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > MAX_ANSWER_BYTES) sent.destroy(new Error('the answer is too long'));
        });
        response.on('end', () => {
          const status = response.statusCode === 201 ? statusIn(text) : undefined;
          if (status !== undefined) resolve(status);
          else reject(new Error(`HTTP ${response.statusCode} of ${path}, with no answer of an API server`));
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Undefined for what is no object of the API. Nobody catches what an event of a stream throws, so this does not. */
function statusIn(text: string): Record<string, unknown> | undefined {
  try {
    const { status } = JSON.parse(text) as { status?: unknown };
    return typeof status === 'object' && status !== null ? (status as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
