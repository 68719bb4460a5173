/** A list as the API server gives it: in pages of one snapshot, or all at once. */
import { ApiError } from './api-error.ts';
import { ListReader } from './list-reader.ts';
import type { KubeObject, Resource } from './resource.ts';

const PAGE_SIZE = 500;

export interface ListPage<T> {
  readonly items: readonly T[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

export interface PageQuery {
  readonly resourceVersion?: string | undefined;
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
}

export interface Listed<T> {
  readonly items: T[];
  readonly resourceVersion: string;
}

/** All of it, in pages, unless a resource version is named: pages of "whatever you have" would come from etcd instead of the server's cache. */
export async function listPages<T extends KubeObject>(
  resourceVersion: string | undefined,
  read: (query: PageQuery) => Promise<ListPage<T>>,
): Promise<Listed<T>> {
  if (resourceVersion !== undefined) return allPages(() => read({ resourceVersion }));
  try {
    return await allPages((next) => read({ limit: PAGE_SIZE, continue: next }));
  } catch (error) {
    // The pages outlived their snapshot (five minutes): all at once, then.
    if (error instanceof ApiError && error.status === 410) return allPages(() => read({}));
    throw error;
  }
}

async function allPages<T extends KubeObject>(
  read: (next: string | undefined) => Promise<ListPage<T>>,
): Promise<Listed<T>> {
  const items: T[] = [];
  for (let next: string | undefined; ;) {
    const page = await read(next);
    for (const item of page.items) items.push(item);
    next = page.metadata.continue;
    if (next === undefined || next === '') return { items, resourceVersion: page.metadata.resourceVersion };
  }
}

/** One page as its bytes come; each item is given to `keep` as soon as it is there, so that of the rest of it nothing stays. */
export async function readPage<T extends KubeObject>(
  resource: Resource<T>,
  body: AsyncIterable<Buffer>,
  keep: (item: T) => T,
): Promise<ListPage<T>> {
  const { apiVersion, kind } = resource;
  const items: T[] = [];
  // Items of a list come without these two.
  const reader = new ListReader((item) => items.push(keep({ ...(item as T), apiVersion, kind })));
  for await (const chunk of body) reader.push(chunk);
  const { metadata } = reader.end() as Pick<ListPage<T>, 'metadata'>;
  return { items, metadata };
}
