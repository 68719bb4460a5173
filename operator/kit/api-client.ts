/** Speaks to the API server: raw JSON over one pool of connections. */
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import { ApiError, type Attempt } from './api-error.ts';
import { SYSTEM_CLOCK, type Timers } from './clock.ts';
import { Connection } from './connection.ts';
import { listPages, readPage } from './list-pages.ts';
import { pathOf, type KubeObject, type KubeObjectInput, type Ref, type Resource } from './resource.ts';
import { Transport, type RequestOptions } from './transport.ts';

export { ApiError, ApiUnreachableError, isConflict, isNotFound } from './api-error.ts';

export interface Selection {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ListOptions extends Selection, RequestOptions {
  /** `0`: whatever the server has at hand. Left out: the newest. */
  readonly resourceVersion?: string;
}

export interface WriteOptions extends RequestOptions {
  readonly subresource?: string;
}

export interface ApiClientOptions {
  /** Who writes, as `managedFields` says it of every field. */
  readonly fieldManager: string;
  readonly kubeconfig?: string;
  /** As the API server logs it; the field manager, unless told otherwise. */
  readonly userAgent?: string;
  readonly clock?: Timers;
  readonly metrics?: { request(method: string, code: string): void };
  /** Hears the warnings that the API server sends along, once each. */
  readonly log?: Logger;
}

/** What is asked about where it is no object: only in messages. */
const VERSION: Resource = { apiVersion: 'v1', kind: 'Version', plural: 'version', namespaced: false };

export class ApiClient {
  readonly #connection: Connection;
  readonly #transport: Transport;
  readonly #fieldManager: string;

  private constructor(connection: Connection, transport: Transport, fieldManager: string) {
    this.#connection = connection;
    this.#transport = transport;
    this.#fieldManager = fieldManager;
  }

  /** In a cluster or out of it. Fails when there is no usable configuration, not when the server does not answer. */
  static async fromKubeConfig(options: ApiClientOptions): Promise<ApiClient> {
    const clock = options.clock ?? SYSTEM_CLOCK;
    const connection = Connection.load(options.kubeconfig, clock);
    await connection.open();
    const { fieldManager, userAgent = fieldManager, metrics, log } = options;
    return new ApiClient(connection, new Transport({ connection, clock, userAgent, metrics, log }), fieldManager);
  }

  get server(): string {
    return this.#connection.origin;
  }

  /** `gitVersion` of the API server, such as `v1.32.13` or `v1.31.5-gke.100`: everybody who is authenticated may ask. */
  async serverVersion(options: RequestOptions = {}): Promise<string> {
    const attempt: Attempt = { verb: 'get', resource: VERSION };
    const { gitVersion } = await this.#transport.json<{ gitVersion: string }>(attempt, {
      ...options,
      method: 'GET',
      path: '/version',
    });
    return gitVersion;
  }

  /** What is said at a path that is no object's, as JSON. RBAC calls these non-resource URLs. */
  document(path: string, options: RequestOptions = {}): Promise<unknown> {
    const attempt: Attempt = { verb: 'get', resource: { ...VERSION, kind: path, plural: path } };
    // RFC 7517 §8.5: of the type of key sets the API server has no other form.
    const accept = 'application/json, application/jwk-set+json';
    return this.#transport.json(attempt, { ...options, method: 'GET', path, accept });
  }

  get<T extends KubeObject>(resource: Resource<T>, ref: Ref, options: WriteOptions = {}): Promise<T> {
    const { subresource } = options;
    return this.#transport.json(
      { verb: 'get', resource, ref, subresource },
      { ...options, method: 'GET', path: pathOf(resource, ref, subresource) },
    );
  }

  /** Undefined when there is no such object; that the kind is not there is an error all the same. */
  async find<T extends KubeObject>(
    resource: Resource<T>,
    ref: Ref,
    options: RequestOptions = {},
  ): Promise<T | undefined> {
    try {
      return await this.get(resource, ref, options);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404 && !error.missingKind) return undefined;
      throw error;
    }
  }

  /** All pages; of each object what `keep` gives back. */
  async list<T extends KubeObject>(
    resource: Resource<T>,
    options: ListOptions = {},
    keep: (object: T) => T = (object) => object,
  ): Promise<{ items: T[]; resourceVersion: string }> {
    const { namespace, labelSelector, fieldSelector, resourceVersion, ...rest } = options;
    const attempt: Attempt = { verb: 'list', resource, ...(namespace === undefined ? {} : { ref: { namespace } }) };
    const path = pathOf(resource, attempt.ref);
    return listPages(resourceVersion, (query) =>
      this.#transport.read(
        attempt,
        { ...rest, method: 'GET', path, query: { labelSelector, fieldSelector, ...query } },
        (body) => readPage(resource, body as AsyncIterable<Buffer>, keep),
      ),
    );
  }

  create<T extends KubeObject>(resource: Resource<T>, object: KubeObjectInput, options: WriteOptions = {}): Promise<T> {
    const ref = refOf(object);
    const { subresource } = options;
    const path = subresource === undefined ? pathOf(resource, withoutName(ref)) : pathOf(resource, ref, subresource);
    return this.#write(
      { verb: 'create', resource, ref, subresource },
      'POST',
      path,
      complete(resource, object),
      'application/json',
      {},
      options,
    );
  }

  /** Server-side apply: the object says what is ours and nothing else (KEP-555). Controllers force, for what they own they own. */
  apply<T extends KubeObject>(
    resource: Resource<T>,
    object: KubeObjectInput,
    options: WriteOptions & { readonly force?: boolean; readonly fieldManager?: string } = {},
  ): Promise<T> {
    const { force = true, fieldManager } = options;
    const query = { force, ...(fieldManager === undefined ? {} : { fieldManager }) };
    return this.#patch(
      resource,
      refOf(object),
      complete(resource, object),
      'application/apply-patch+yaml',
      query,
      options,
    );
  }

  mergePatch<T extends KubeObject>(
    resource: Resource<T>,
    ref: Ref,
    patch: object,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.#patch(resource, ref, patch, 'application/merge-patch+json', {}, options);
  }

  /** RFC 6902, for what is to be so only if something else is: a `test` that fails is a 422. */
  jsonPatch<T extends KubeObject>(
    resource: Resource<T>,
    ref: Ref,
    patch: readonly object[],
    options: WriteOptions = {},
  ): Promise<T> {
    return this.#patch(resource, ref, patch, 'application/json-patch+json', {}, options);
  }

  /** For built-in kinds only: custom resources know no merge keys. */
  strategicPatch<T extends KubeObject>(
    resource: Resource<T>,
    ref: Ref,
    patch: object,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.#patch(resource, ref, patch, 'application/strategic-merge-patch+json', {}, options);
  }

  /** The whole object; with its resourceVersion, only if nobody wrote it since. */
  replace<T extends KubeObject>(
    resource: Resource<T>,
    object: KubeObjectInput,
    options: WriteOptions = {},
  ): Promise<T> {
    const ref = refOf(object);
    const { subresource } = options;
    const path = pathOf(resource, ref, subresource);
    return this.#write(
      { verb: 'update', resource, ref, subresource },
      'PUT',
      path,
      complete(resource, object),
      'application/json',
      {},
      options,
    );
  }

  /** That it is gone already is fine. With `uid`, a namesake of later is left alone. */
  async delete(resource: Resource, ref: Ref, options: RequestOptions & { readonly uid?: string } = {}): Promise<void> {
    const { uid, ...rest } = options;
    const preconditions = uid === undefined ? {} : { preconditions: { uid } };
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background', ...preconditions };
    try {
      await this.#transport.json(
        { verb: 'delete', resource, ref },
        { ...rest, method: 'DELETE', path: pathOf(resource, ref), body },
      );
    } catch (error) {
      const gone = error instanceof ApiError && (error.status === 404 || (error.status === 409 && uid !== undefined));
      if (!gone) throw error;
    }
  }

  /** The stream of a watch, once the server has agreed to it. Ends with the signal; no retries. */
  watch(
    resource: Resource,
    options: Selection & {
      readonly resourceVersion: string | undefined;
      readonly timeoutSeconds: number;
      readonly signal: AbortSignal;
      /** Everything that is there comes first, and then a bookmark that says so (KEP-3157). */
      readonly sendInitialEvents?: boolean;
    },
  ): Promise<Readable> {
    const { namespace, labelSelector, fieldSelector, resourceVersion, timeoutSeconds, signal } = options;
    const attempt: Attempt = { verb: 'watch', resource, ...(namespace === undefined ? {} : { ref: { namespace } }) };
    const query = {
      watch: true,
      allowWatchBookmarks: true,
      ...(options.sendInitialEvents === true ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' } : {}),
      labelSelector,
      fieldSelector,
      resourceVersion,
      timeoutSeconds,
    };
    return this.#transport.stream(attempt, { method: 'GET', path: pathOf(resource, attempt.ref), query }, signal);
  }

  /** After this no call succeeds; watches that still run end with an error. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  #patch<T extends KubeObject>(
    resource: Resource<T>,
    ref: Ref,
    body: object,
    contentType: string,
    query: Record<string, string | boolean>,
    options: WriteOptions,
  ): Promise<T> {
    const { subresource } = options;
    const path = pathOf(resource, ref, subresource);
    return this.#write({ verb: 'patch', resource, ref, subresource }, 'PATCH', path, body, contentType, query, options);
  }

  #write<T>(
    attempt: Attempt,
    method: Dispatcher.HttpMethod,
    path: string,
    body: object,
    contentType: string,
    query: Record<string, string | boolean>,
    options: RequestOptions,
  ): Promise<T> {
    return this.#transport.json(attempt, {
      ...options,
      method,
      path,
      body,
      contentType,
      query: { fieldManager: this.#fieldManager, ...query },
    });
  }
}

function refOf(object: KubeObjectInput): Ref {
  const { name, generateName, namespace } = object.metadata;
  const known = name ?? `${generateName ?? ''}*`;
  return namespace === undefined ? { name: known } : { namespace, name: known };
}

function withoutName({ namespace }: Ref): Partial<Ref> {
  return namespace === undefined ? {} : { namespace };
}

function complete(resource: Resource, object: KubeObjectInput): object {
  return { ...object, apiVersion: resource.apiVersion, kind: resource.kind };
}
