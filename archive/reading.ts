/** What readers are answered. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { queryIn } from '../core/audit/archiving/query-params.ts';
import type { ArchiveMetrics } from './metrics.ts';
import { identifyReader, type ReaderCheck } from './readers/readers.ts';
import { BucketError } from './objects/bucket.ts';
import { answerHolds, type HoldParts } from './holds.ts';
import type { ArchiveStore } from './store/store.ts';
import { viewOf } from './stream-view.ts';

export interface ReadingParts extends HoldParts {
  readonly store: ArchiveStore;
  readonly readers: readonly ReaderCheck[];
  readonly metrics: ArchiveMetrics;
  readonly log: Logger;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** How many lines are handed on at a time: one by one they cost more than their reading. Of long ones fewer, for each reader holds them. */
const LINES_TOGETHER = 200;
const UNITS_TOGETHER = 256 * 1024;

/** Undefined where the answer was given already. */
export async function answerReader(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  parts: ReadingParts,
): Promise<Answer | undefined> {
  const { pathname, searchParams } = url;
  const server = searchParams.get('server') ?? undefined;
  const isHold = pathname === '/v1/holds' || pathname.startsWith('/v1/holds/');
  const verb = isHold && request.method !== 'GET' ? 'update' : 'get';
  const reader = await identifyReader(request.headers.authorization, verb, isHold ? undefined : server, parts.readers);
  if (reader.kind === 'refused') return { status: reader.status, body: { error: reader.why } };
  try {
    if (isHold) return await answerHolds(request, pathname, reader.name, parts);
    if (request.method !== 'GET') return { status: 405, body: { error: `${pathname} is only read` } };
    parts.log.info({ reader: reader.name, path: pathname, query: Object.fromEntries(searchParams) }, 'read');
    // PostgreSQL would fail at it, and be blamed.
    if (['server', 'stream'].some((name) => searchParams.get(name)?.includes('\0') === true))
      return { status: 400, body: { error: 'no server and no stream has a NUL in its name' } };
    if (pathname === '/v1/streams')
      return { status: 200, body: { streams: (await parts.store.streams(server)).map(viewOf) } };
    if (pathname === '/v1/records') return await answerSearch(response, searchParams, parts);
    if (pathname === '/v1/lines') return await answerLines(response, searchParams, parts);
    return { status: 404, body: { error: `there is no ${pathname}` } };
  } catch (error) {
    parts.metrics.failed(error instanceof BucketError ? 'bucket' : 'read');
    parts.log.error({ err: error, path: pathname }, 'a reader was not answered');
    if (response.headersSent) {
      // Cut, so that nobody takes it for whole.
      response.destroy();
      return undefined;
    }
    return { status: 503, body: { error: 'what the archive keeps could not be read; try again' } };
  }
}

async function answerSearch(
  response: ServerResponse,
  params: URLSearchParams,
  { store }: ReadingParts,
): Promise<Answer | undefined> {
  const query = queryIn(params);
  if (typeof query === 'string') return { status: 400, body: { error: query } };
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  await stream(response, store.search(query, gone.signal));
  return undefined;
}

async function answerLines(
  response: ServerResponse,
  params: URLSearchParams,
  { store }: ReadingParts,
): Promise<Answer | undefined> {
  const found = await store.stream(params.get('server') ?? '', params.get('stream') ?? '');
  if (found === undefined) return { status: 404, body: { error: 'there is no such stream of this server' } };
  const [from, to] = [Number(params.get('from') ?? 0), Number(params.get('to') ?? found.next)];
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0)
    return { status: 400, body: { error: 'from and to are numbers of lines' } };
  await stream(response, store.lines(found.id, from, Math.min(to, found.next)));
  return undefined;
}

async function stream(response: ServerResponse, lines: AsyncGenerator<string>): Promise<void> {
  // Before the head: where the database fails at once, that can still be said.
  const first = await lines.next();
  response.writeHead(200, { 'content-type': 'application/jsonl' });
  try {
    await pipeline(Readable.from(together(first, lines)), response);
  } catch (error) {
    // Who has read enough (`| head`) goes.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

async function* together(first: IteratorResult<string>, lines: AsyncGenerator<string>): AsyncGenerator<Buffer> {
  let held = first.done === true ? [] : [`${first.value}\n`];
  let units = held[0]?.length ?? 0;
  for await (const line of lines) {
    held.push(`${line}\n`);
    units += line.length;
    if (held.length < LINES_TOGETHER && units < UNITS_TOGETHER) continue;
    yield Buffer.from(held.join(''));
    [held, units] = [[], 0];
  }
  if (held.length > 0) yield Buffer.from(held.join(''));
}
