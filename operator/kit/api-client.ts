/** Speaks to the API server: raw JSON over one pool of connections. */
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import { FIELD_MANAGER } from '../names.ts';
import { ApiError, type Attempt } from './api-error.ts';
import { SYSTEM_CLOCK, type Timers } from './clock.ts';
import { Connection } from './connection.ts';
import { pathOf, type KubeObject, type KubeObjectInput, type Ref, type Resource } from './resource.ts';
import { Transport, type Call, type RequestOptions } from './transport.ts';

export { ApiError, ApiUnreachableError, isConflict, isNotFound } from './api-error.ts';

const PAGE_SIZE = 500;

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
  readonly kubeconfig?: string;
  readonly userAgent?: string;
  readonly clock?: Timers;
  readonly metrics?: { request(method: string, code: string): void };
  /** Hears the warnings that the API server sends along, once each. */
  readonly log?: Logger;
}

export class ApiClient {
  readonly #connection: Connection;
  readonly #transport: Transport;

  private constructor(connection: Connection, transport: Transport) {
    this.#connection = connection;
    this.#transport = transport;
  }

  /** In a cluster or out of it. Fails when there is no usable configuration, not when the server does not answer. */
  static async fromKubeConfig(options: ApiClientOptions = {}): Promise<ApiClient> {
    const clock = options.clock ?? SYSTEM_CLOCK;
    const connection = Connection.load(options.kubeconfig, clock);
    await connection.open();
    const { userAgent = FIELD_MANAGER, metrics, log } = options;
    return new ApiClient(connection, new Transport({ connection, clock, userAgent, metrics, log }));
  }

  /** Of the context or the pod. */
  get namespace(): string | undefined {
    return this.#connection.namespace;
  }

  get server(): string {
    return this.#connection.origin;
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

  /** All pages. */
  async list<T extends KubeObject>(
    resource: Resource<T>,
    options: ListOptions = {},
  ): Promise<{ items: T[]; resourceVersion: string }> {
    const { namespace, labelSelector, fieldSelector, resourceVersion, ...rest } = options;
    const attempt: Attempt = { verb: 'list', resource, ...(namespace === undefined ? {} : { ref: { namespace } }) };
    const path = pathOf(resource, attempt.ref);
    // Pages of "whatever you have" would come from etcd instead of the server's cache.
    const limit = resourceVersion === undefined ? PAGE_SIZE : undefined;
    const read = (query: Call['query']): Promise<ListPage<T>> =>
      this.#transport.json(attempt, {
        ...rest,
        method: 'GET',
        path,
        query: { labelSelector, fieldSelector, ...query },
      });
    try {
      return await allPages(resource, (next) => read({ resourceVersion, limit, continue: next }));
    } catch (error) {
      // The pages outlived their snapshot (five minutes): all at once, then.
      if (limit !== undefined && error instanceof ApiError && error.status === 410)
        return allPages(resource, () => read({}));
      throw error;
    }
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
    const query = {
      force: options.force ?? true,
      ...(options.fieldManager === undefined ? {} : { fieldManager: options.fieldManager }),
    };
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
  async delete(
    resource: Resource,
    ref: Ref,
    options: RequestOptions & {
      readonly uid?: string;
      readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
    } = {},
  ): Promise<void> {
    const { uid, propagationPolicy = 'Background', ...rest } = options;
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy,
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    };
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
      readonly resourceVersion: string;
      readonly timeoutSeconds: number;
      readonly signal: AbortSignal;
    },
  ): Promise<Readable> {
    const { namespace, labelSelector, fieldSelector, resourceVersion, timeoutSeconds, signal } = options;
    const attempt: Attempt = { verb: 'watch', resource, ...(namespace === undefined ? {} : { ref: { namespace } }) };
    const query = {
      watch: true,
      allowWatchBookmarks: true,
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
      query: { fieldManager: FIELD_MANAGER, ...query },
    });
  }
}

interface ListPage<T> {
  readonly items?: T[] | null;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

async function allPages<T extends KubeObject>(
  resource: Resource<T>,
  read: (next: string | undefined) => Promise<ListPage<T>>,
): Promise<{ items: T[]; resourceVersion: string }> {
  const items: T[] = [];
  for (let next: string | undefined; ;) {
    const page = await read(next);
    // Items of a list come without these two.
    for (const item of page.items ?? []) items.push({ ...item, apiVersion: resource.apiVersion, kind: resource.kind });
    next = page.metadata.continue;
    if (next === undefined || next === '') return { items, resourceVersion: page.metadata.resourceVersion };
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
