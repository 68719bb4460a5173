/**
 * What sidecars ask the operator, over TLS with the token of their pod: POST /v1/report, POST /v1/approvals,
 * GET /v1/approvals/NAME, POST /v1/approvals/NAME/consume, POST and GET /v1/definitions, POST /v1/checkpoints, and what service-accounts.ts
 * says. Every replica answers; nothing
 * here needs to lead.
 */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import * as z from 'zod';
import { answerFailed, fenced } from '../../core/fence.ts';
import type { Clock } from '../../core/clock.ts';
import { UnknownPolicyError } from '../approvals/policy-terms.ts';
import { UnknownRequesterError } from '../approvals/requesters.ts';
import { type Approvals, ApprovalsUnsafeError, HaltedError } from '../approvals/service.ts';
import type { ServerIdentity } from '../definitions/pins-object.ts';
import { type DefinitionPins, PinsFullError, TooOftenError } from '../definitions/service.ts';
import { type ApiClient, ApiError } from '../kit/api-client.ts';
import { aborted, SYSTEM_CLOCK } from '../kit/clock.ts';
import { listen } from '../kit/listen.ts';
import type { Runnable } from '../kit/manager.ts';
import type { Certificates } from '../tls/certificates.ts';
import { signingKeyText } from '../../core/audit/note/note-keys.ts';
import type { AuditKeys } from '../audit-keys/service.ts';
import type { HandleKeyService } from '../handle-keys/service.ts';
import { type Witness, WitnessBusyError } from '../witness/service.ts';
import type { Grants } from '../grants/service.ts';
import { haltOf, viewOf } from './approval-view.ts';
import { BodyError, bodyOf } from './body.ts';
import type { Callers, PodCaller } from './caller.ts';
import { answerOf, checkpointSchema, readSubmission } from './checkpoint.ts';
import { tellingSchema } from './definitions.ts';
import { certify } from './gate-certificate.ts';
import { grantViewOf, readClaim } from './grant-claim.ts';
import { handleKeyOf } from './handle-key.ts';
import { record, reportSchema } from './report.ts';
import type { ServiceAccountApi } from './service-accounts.ts';
import type { ServingCertificates } from './serving-certificates.ts';
import { submissionSchema, useSchema } from './submission.ts';

/** Below the 30 s after which clients and proxies on the way begin to give up. */
const MAX_WAIT_S = 25;
/** Sidecars report at least every six minutes; over a connection that is still there it costs them no handshake. */
const KEEP_ALIVE_MS = 370_000;
const DRAIN_MS = 5_000;

export interface SidecarApiOptions {
  readonly host?: string;
  readonly port: number;
  readonly callers: Callers;
  readonly approvals: Approvals;
  readonly grants: Pick<Grants, 'offer' | 'use'>;
  readonly definitions: DefinitionPins;
  readonly handleKeys: Pick<HandleKeyService, 'of'>;
  readonly auditKeys: Pick<AuditKeys, 'keyOf' | 'inUse'>;
  readonly witness: Pick<Witness, 'submit'>;
  readonly serviceAccounts: Pick<ServiceAccountApi, 'answer'>;
  readonly client: ApiClient;
  readonly certificates: Certificates;
  readonly servingCertificates: Pick<ServingCertificates, 'issue'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Why nothing here can be relied on any more; everything is refused then. */
  readonly fallen?: (() => string | undefined) | undefined;
}

/** Bad request, request entity too large, and what breaks a rule of the schema (RFC 9110 §15.5). */
const UNFIT = new Set([400, 413, 422]);

interface Answer {
  readonly status: number;
  readonly body: object;
}

export class SidecarApi implements Runnable {
  readonly name = 'sidecar API';
  readonly needsLeader = false;
  readonly ready: Promise<void>;
  readonly #options: SidecarApiOptions;
  readonly #markReady: () => void;
  readonly #stopping = new AbortController();
  #port = 0;
  #leaving = false;

  constructor(options: SidecarApiOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#markReady = resolve;
  }

  /** 0 before it listens. */
  get port(): number {
    return this.#port;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { certificates, host, port, log } = this.#options;
    const { key, cert } = certificates.current();
    const options = { key, cert, minVersion: 'TLSv1.2', keepAliveTimeout: KEEP_ALIVE_MS } as const;
    const server = createServer(
      options,
      fenced(
        async (request: IncomingMessage, response: ServerResponse) => this.#handle(request, response),
        (error, _request, response) => {
          log.error({ err: error }, 'a request of a sidecar was not answered');
          answerFailed(response);
        },
      ),
    );
    certificates.onChange((next) => server.setSecureContext({ key: next.key, cert: next.cert }));
    this.#port = await listen(server, port, host);
    this.#markReady();
    log.info({ port: this.#port }, 'sidecar API listens');
    await aborted(signal);
    await this.#drain(server);
  }

  /** Each answer ends its connection, so that the next request goes where the Service leads by then. */
  leave(): void {
    this.#leaving = true;
  }

  /** Whoever waits is answered now and asks another replica; what is being written is finished, for it could not be told whether it was. */
  async #drain(server: Server): Promise<void> {
    this.leave();
    this.#stopping.abort();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const cancel = SYSTEM_CLOCK.after(DRAIN_MS, () => server.closeAllConnections());
    await closed;
    cancel();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.#stopping.signal]);
    const answer = await this.#answer(request, signal).catch((error: unknown) => this.#failure(error));
    if (response.destroyed) return;
    const text = JSON.stringify(answer.body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    // What of the body is still on its way is not waited for.
    const last = !request.complete || this.#leaving;
    response.writeHead(answer.status, last ? { ...headers, connection: 'close' } : headers);
    response.end(text);
  }

  async #answer(request: IncomingMessage, signal: AbortSignal): Promise<Answer> {
    if (this.#options.fallen?.() !== undefined)
      return { status: 503, body: { error: 'the operator has failed and ends' } };
    const caller = await this.#options.callers.identify(request.headers.authorization);
    if (caller.kind === 'refused') return { status: caller.status, body: { error: caller.why } };
    // `//` and the like are no paths of a URL.
    const url = URL.parse(request.url ?? '/', 'https://operator');
    if (url === null) return { status: 400, body: { error: 'the request target is no path' } };
    const [, name, verb] = /^\/v1\/approvals\/([a-z0-9-]{1,253})(\/consume)?$/.exec(url.pathname) ?? [];
    if (request.method === 'POST' && url.pathname === '/v1/report') return this.#report(caller, await bodyOf(request));
    if (request.method === 'POST' && url.pathname === '/v1/serving-certificate')
      return this.#options.servingCertificates.issue(caller, await bodyOf(request));
    if (request.method === 'POST' && url.pathname === '/v1/certificate')
      return certify(this.#options.certificates, caller, await bodyOf(request));
    if (request.method === 'POST' && url.pathname === '/v1/approvals')
      return this.#submit(caller, await bodyOf(request));
    if (request.method === 'POST' && url.pathname === '/v1/checkpoints')
      return this.#witness(caller, await bodyOf(request));
    if (url.pathname === '/v1/definitions' && request.method === 'POST')
      return this.#tell(caller, await bodyOf(request));
    if (url.pathname === '/v1/definitions' && request.method === 'GET')
      return this.#pins(caller, url.searchParams, signal);
    if (request.method === 'POST' && name !== undefined && verb !== undefined)
      return this.#consume(caller, name, await bodyOf(request));
    const [, grant] = /^\/v1\/grants\/([a-z0-9.-]{1,253})\/use$/.exec(url.pathname) ?? [];
    if (request.method === 'POST' && grant !== undefined) return this.#useGrant(caller, grant, await bodyOf(request));
    if (request.method === 'GET' && name !== undefined && verb === undefined)
      return this.#wait(caller, name, url.searchParams, signal);
    const { serviceAccounts } = this.#options;
    const answer = await serviceAccounts.answer(caller, request.method, url.pathname, () => bodyOf(request));
    return answer ?? { status: 404, body: { error: `there is no ${request.method} ${url.pathname}` } };
  }

  async #report({ pod, namespace, server, serverUid }: PodCaller, body: unknown): Promise<Answer> {
    const { client, clock, handleKeys } = this.#options;
    await record(pod, reportSchema.parse(body), client, new Date(clock.now()));
    const identity = { namespace, name: server, uid: serverUid };
    return { status: 200, body: { ...handleKeyOf(identity, handleKeys), ...(await this.#signingKey(identity)) } };
  }

  /** What a gate enforces is known all the same where its key cannot be published now; it has one, or makes one. */
  async #signingKey(of: { namespace: string; name: string; uid: string }): Promise<{ signingKey?: string }> {
    try {
      return { signingKey: signingKeyText(await this.#options.auditKeys.keyOf(of)).trimEnd() };
    } catch (error) {
      this.#options.log.warn(
        { err: error, server: `${of.namespace}/${of.name}` },
        'the key of an audit log cannot be given now',
      );
      return {};
    }
  }

  async #witness({ namespace, server, serverUid, pod }: PodCaller, body: unknown): Promise<Answer> {
    const keys = this.#options.auditKeys.inUse({ namespace, name: server, uid: serverUid });
    const { name, uid = '', creationTimestamp } = pod.metadata;
    const shower = { namespace, server, pod: name, podUid: uid, podCreated: creationTimestamp };
    const read = readSubmission(checkpointSchema.parse(body), shower, keys);
    return 'origin' in read ? answerOf(await this.#options.witness.submit(read.origin, read.submitted)) : read;
  }

  async #submit({ namespace, server }: PodCaller, body: unknown): Promise<Answer> {
    const { approvals, grants } = this.#options;
    const [submission, claim] = [submissionSchema.parse(body), readClaim(body)];
    const offer = claim && (await grants.offer(namespace, server, submission, claim));
    if (offer !== undefined)
      return { status: 200, body: grantViewOf(offer.grant, submission, 'Approved', offer.judged.endsAt) };
    const submitted = await approvals.submit(namespace, server, submission);
    if (submitted === undefined) {
      return { status: 409, body: { error: 'too many calls of this principal wait for approval' } };
    }
    return { status: 200, body: viewOf(submitted.request, submitted) };
  }

  async #useGrant({ namespace, server }: PodCaller, name: string, body: unknown): Promise<Answer> {
    const [submission, claim] = [submissionSchema.parse(body), readClaim(body)];
    if (claim === undefined) return { status: 400, body: { error: 'it does not say which call is to use the grant' } };
    const use = await this.#options.grants.use(namespace, server, name, submission, claim);
    if (use === undefined) return { status: 404, body: { error: `grant ${name} is not known` } };
    if (!use.used) return { status: 409, body: { error: use.why } };
    return { status: 200, body: grantViewOf(use.grant, submission, 'Consumed', use.endsAt) };
  }

  async #wait(
    { namespace, server }: PodCaller,
    name: string,
    query: URLSearchParams,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { approvals } = this.#options;
    const known = await approvals.get(namespace, server, name);
    if (known === undefined) return { status: 404, body: { error: `approval ${name} is not known` } };
    const unless = query.get('unless');
    if (unless !== null) await approvals.waitWhile({ namespace, name }, unless, waitOf(query), signal);
    const request = (await approvals.get(namespace, server, name)) ?? known;
    return { status: 200, body: viewOf(request) };
  }

  async #consume({ namespace, server }: PodCaller, name: string, body: unknown): Promise<Answer> {
    const { approvals } = this.#options;
    const use = useSchema.parse(body);
    const known = await approvals.get(namespace, server, name);
    if (known === undefined) return { status: 404, body: { error: `approval ${name} is not known` } };
    const { consumed, request } = await approvals.consume(known, use);
    return { status: consumed ? 200 : 409, body: viewOf(request) };
  }

  async #tell(caller: PodCaller, body: unknown): Promise<Answer> {
    await this.#options.definitions.tell(identityOf(caller), tellingSchema.parse(body), caller.account);
    return { status: 200, body: {} };
  }

  async #pins(caller: PodCaller, query: URLSearchParams, signal: AbortSignal): Promise<Answer> {
    const { definitions } = this.#options;
    const of = identityOf(caller);
    const unless = query.get('unless');
    if (unless !== null) await definitions.waitWhile(of, unless, waitOf(query), signal);
    const snapshot = definitions.snapshot(of);
    return { status: 200, body: snapshot.version === unless ? { version: unless } : snapshot };
  }

  #failure(error: unknown): Answer {
    if (error instanceof BodyError) return { status: error.status, body: { error: error.message } };
    if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
    // What a sidecar sent does not fit into an ApprovalRequest: to send it again would not help.
    if (error instanceof ApiError && UNFIT.has(error.status)) return { status: 400, body: { error: error.message } };
    if (error instanceof PinsFullError) return { status: 422, body: { error: error.message } };
    if (error instanceof TooOftenError) return { status: 429, body: { error: error.message } };
    if (error instanceof WitnessBusyError) return { status: 503, body: { error: error.message } };
    if (error instanceof UnknownPolicyError) return { status: 422, body: { error: error.message, code: error.code } };
    if (error instanceof UnknownRequesterError) {
      return { status: 422, body: { error: error.message, code: 'unknown-requester' } };
    }
    if (error instanceof HaltedError) return { status: 409, body: haltOf(error) };
    if (error instanceof ApprovalsUnsafeError) return { status: 503, body: { error: error.message } };
    this.#options.log.error({ err: error }, 'a request of a sidecar failed');
    const why = error instanceof ApiError ? error.message : 'the operator failed; see its log';
    return { status: 503, body: { error: why } };
  }
}

function identityOf({ namespace, server, serverUid }: PodCaller): ServerIdentity {
  return { namespace, server, uid: serverUid };
}

/** Milliseconds. */
function waitOf(query: URLSearchParams): number {
  return Math.min(Math.max(Number(query.get('wait') ?? 0) || 0, 0), MAX_WAIT_S) * 1000;
}
