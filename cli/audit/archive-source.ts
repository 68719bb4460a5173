/** An archive in the place of files: `https://localhost:8443`, or `https://localhost:8443/<namespace>/<server>` for one server. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { paramsOf } from '../../core/audit/archiving/query-params.ts';
import { type StreamView, streamsSchema } from '../../core/audit/archiving/stream-view.ts';
import { lineHash } from '../../core/audit/chain.ts';
import type { AuditQuery } from '../../core/audit/reading/query.ts';
import type { AuditFile } from '../../core/audit/verify-files.ts';
import { parseLine } from '../../core/audit/parse-line.ts';
import { systemReason, usageError, UserError } from '../errors.ts';
import { visible } from '../../core/shown/terminal-text.ts';

/** As for files: what could not be read must not be taken for what was tampered with. */
const UNREADABLE = 2;
const MAX_ERROR_BYTES = 64 * 1024;
/** A pause in an answer; a search of what has no index takes its time. */
const SILENCE_MS = 120_000;

export interface ArchiveAccess {
  /** File with the token of a reader. */
  readonly archiveToken?: string;
  /** File with the authority that signed its certificate. */
  readonly archiveCa?: string;
}

/** Options of the command that runs: they are the same for all archives that it names. */
let access: ArchiveAccess = {};

export function readArchivesWith(options: ArchiveAccess): void {
  access = options;
}

export function isArchive(path: string): boolean {
  return path.startsWith('https://');
}

export class ArchiveSource {
  readonly #origin: string;
  readonly #server: string | undefined;
  readonly #token: string;
  readonly #ca: string | undefined;

  /** Throws a UserError for what is no address of an archive, and for files that cannot be read. */
  constructor(address: string) {
    const { archiveToken, archiveCa } = access;
    const url = URL.parse(address);
    const server = url?.pathname.split('/').filter((part) => part !== '') ?? [];
    if (url === null || (server.length !== 0 && server.length !== 2) || url.search !== '')
      throw usageError(
        `${visible(address)} is no address of an archive`,
        'write https://HOST:PORT, or https://HOST:PORT/NAMESPACE/SERVER',
      );
    if (archiveToken === undefined)
      throw usageError('who reads an archive has to say who it is', 'give the file of a token with --archive-token');
    this.#origin = url.origin;
    this.#server = server.length === 0 ? undefined : server.join('/');
    this.#token = read(archiveToken, '--archive-token').trim();
    this.#ca = archiveCa === undefined ? undefined : read(archiveCa, '--archive-ca');
  }

  /** Lines of a search, oldest first. */
  async *search(query: AuditQuery): AsyncGenerator<Uint8Array> {
    const params = paramsOf(query);
    if (this.#server !== undefined && query.server === undefined) params.set('server', this.#server);
    yield* this.#bytes(`/v1/records?${params.toString()}`);
  }

  /** Each stream as a file, in parts where lines were never got; and what is needed to verify those whose beginning was pruned. */
  async log(): Promise<{ files: AuditFile[]; pruned: Map<string, readonly string[]> }> {
    const suffix = this.#server === undefined ? '' : `?server=${encodeURIComponent(this.#server)}`;
    const { streams } = streamsSchema.parse(JSON.parse((await this.#whole(`/v1/streams${suffix}`)).toString('utf8')));
    const files: AuditFile[] = [];
    const pruned = new Map<string, readonly string[]>();
    for (const view of streams) {
      if (view.kept.from > 0) pruned.set(view.kept.prev, view.kept.tree);
      for (const [from, to] of partsOf(view)) files.push(await this.#file(view, from, to));
    }
    return { files, pruned };
  }

  async #file(view: StreamView, from: number, to: number): Promise<AuditFile> {
    const isLast = to === view.next;
    const torn = view.torn === undefined || !isLast ? undefined : Buffer.from(view.torn, 'base64');
    const path = (first: number, behind: number): string =>
      `/v1/lines?${new URLSearchParams({ server: view.server, stream: view.stream, from: String(first), to: String(behind) }).toString()}`;
    const lineAt = async (seq: number): Promise<Buffer> => (await this.#whole(path(seq, seq + 1))).subarray(0, -1);
    const first = await lineAt(from);
    const lastHash =
      torn === undefined ? (isLast ? view.head : lineHash(await lineAt(to - 1))) : hash('sha256', torn, 'hex');
    const bytes = (): AsyncGenerator<Uint8Array> => this.#bytes(path(from, to));
    return {
      name: from === 0 && isLast ? view.stream : `${view.stream}, from number ${from}`,
      firstPrev: parseLine(first).fields?.prev,
      firstTime: view.opened,
      firstHash: lineHash(first),
      lastHash,
      // Only copies are told apart by it, and an archive has none.
      bytes: to - from,
      async *read() {
        yield* bytes();
        if (torn !== undefined) yield Buffer.concat([torn, Buffer.from('\n')]);
      },
    };
  }

  async #whole(path: string): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#bytes(path)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async *#bytes(path: string): AsyncGenerator<Uint8Array> {
    const response = await this.#get(path);
    try {
      yield* response as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw this.#unreadable(`it broke off: ${systemReason(error)}`);
    }
  }

  #get(path: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.#token}` };
      const sent = get(`${this.#origin}${path}`, { ca: this.#ca, headers, timeout: SILENCE_MS }, (response) => {
        if (response.statusCode === 200) resolve(response);
        else void this.#refused(response).then(reject, reject);
      });
      sent.on('timeout', () => sent.destroy(new Error('it says nothing')));
      sent.on('error', (error) => reject(this.#unreadable(systemReason(error))));
    });
  }

  async #refused(response: IncomingMessage): Promise<UserError> {
    let text = '';
    for await (const chunk of response as AsyncIterable<Buffer>) {
      text += chunk.toString('utf8');
      if (text.length > MAX_ERROR_BYTES) break;
    }
    return this.#unreadable(sentenceIn(text) ?? `HTTP ${response.statusCode}`);
  }

  #unreadable(why: string): UserError {
    return new UserError(
      `the archive at ${this.#origin} cannot be read: ${visible(why)}`,
      'check the address, --archive-token and --archive-ca',
      UNREADABLE,
    );
  }
}

/** First line and the one behind the last of each part that is here. */
function partsOf({ kept, next, gaps }: StreamView): [number, number][] {
  const parts: [number, number][] = [];
  let from = kept.from;
  for (const gap of gaps) {
    if (gap.from > from) parts.push([from, gap.from]);
    from = Math.max(from, gap.to);
  }
  if (next > from) parts.push([from, next]);
  return parts;
}

function sentenceIn(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}

function read(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${systemReason(error)}`, `check the path of ${option}`, UNREADABLE);
  }
}
