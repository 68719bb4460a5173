/** The server behind a local gate: named on the command line or by the MCPServer of the folder. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { MCPServer } from '../core/api/mcp-server.ts';
import type { UpstreamRequest } from '../sidecar/upstream/request.ts';
import type { StdioCommand } from '../sidecar/upstream/stdio/process-group.ts';
import { type Exchange, type Upstream, UpstreamError, type UpstreamSink } from '../sidecar/upstream/upstream.ts';
import { UserError } from './errors.ts';

export type Destination =
  | { readonly kind: 'remote'; readonly url: string }
  | { readonly kind: 'stdio'; readonly command: StdioCommand };

export interface DestinationOptions {
  /** What follows `--`; empty when nothing does. */
  readonly command: readonly string[];
  readonly upstream: string | undefined;
}

/** What the command line says goes before what the folder says; undefined when neither says anything. */
export function destinationOf(
  options: DestinationOptions,
  spec: MCPServer['spec'] | undefined,
): Destination | undefined {
  const [file, ...args] = options.command;
  if (file !== undefined) return { kind: 'stdio', command: { command: [file, ...args], env: {}, cwd: undefined } };
  if (options.upstream !== undefined) return { kind: 'remote', url: checkedUrl(options.upstream) };
  if (spec?.remote !== undefined) return { kind: 'remote', url: spec.remote.url };
  if (spec?.workload !== undefined || spec?.run !== undefined) {
    throw new UserError(
      'the MCPServer of the folder is one of a cluster, whose pods have a gate of their own',
      'say which server to front here: --upstream URL, or a command after `--`',
    );
  }
  const stdio = spec?.stdio;
  const [first, ...rest] = stdio?.command ?? [];
  if (stdio === undefined || first === undefined) return undefined;
  return { kind: 'stdio', command: { command: [first, ...rest], env: stdio.env ?? {}, cwd: stdio.cwd } };
}

export function describeDestination(destination: Destination): string {
  return destination.kind === 'remote' ? destination.url : destination.command.command.join(' ');
}

function checkedUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.parse(text) !== null) return text;
  throw new UserError(
    `${JSON.stringify(text)} is not an http or https URL`,
    'write for example --upstream http://127.0.0.1:3001/mcp',
    2,
  );
}

/** Throws a UserError when the program cannot be run: better at the start than in the first session. */
export function checkCommand({ command, cwd }: StdioCommand): void {
  const [file] = command;
  if (/^https?:\/\//i.test(file))
    throw new UserError(`${file} is a URL, not a command`, `give a server behind a URL with --upstream ${file}`, 2);
  const candidates = file.includes('/')
    ? [resolve(cwd ?? '.', file)]
    : (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, file));
  if (candidates.some(isExecutable)) return;
  if (candidates.some(isFile))
    throw new UserError(`${file} may not be executed`, `make it executable: chmod +x ${file}`);
  throw new UserError(
    `the command ${JSON.stringify(file)} was not found`,
    'check its spelling and your PATH, or give its full path',
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isFile(path);
  } catch {
    return false;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Stands in until the folder says which server is meant; a folder that is broken at the start may be mended later. */
export class LateUpstream implements Upstream {
  #upstream: Upstream | undefined = undefined;
  readonly #listeners = new Set<LateListener>();

  get known(): boolean {
    return this.#upstream !== undefined;
  }

  become(upstream: Upstream): void {
    this.#upstream = upstream;
    for (const listener of this.#listeners) listener.connect(upstream);
    this.#listeners.clear();
  }

  send(request: UpstreamRequest, sink: UpstreamSink): Exchange {
    if (this.#upstream !== undefined) return this.#upstream.send(request, sink);
    if (request.httpMethod !== 'GET') throw new UpstreamError('upstream-unreachable', 'no server is configured');
    // A stream asks for nothing now: it begins when there is a server to listen to.
    const listener = new LateListener(request, sink, () => this.#listeners.delete(listener));
    this.#listeners.add(listener);
    return listener;
  }

  get url(): URL | undefined {
    return this.#upstream?.url;
  }

  get isAvoided(): boolean | undefined {
    return this.#upstream?.isAvoided;
  }

  endpointIn(announced: string): string | undefined {
    return this.#upstream?.endpointIn(announced);
  }

  async close(): Promise<void> {
    await this.#upstream?.close();
  }
}

class LateListener implements Exchange {
  readonly #request: UpstreamRequest;
  readonly #sink: UpstreamSink;
  #exchange: Exchange | undefined = undefined;
  readonly #onAbort: () => void;
  #aborted = false;

  constructor(request: UpstreamRequest, sink: UpstreamSink, onAbort: () => void) {
    this.#request = request;
    this.#sink = sink;
    this.#onAbort = onAbort;
  }

  connect(upstream: Upstream): void {
    if (this.#aborted) return;
    try {
      this.#exchange = upstream.send(this.#request, this.#sink);
    } catch (error) {
      // One of several that wait: the others are to be connected all the same.
      const why = error instanceof Error ? error.message : String(error);
      this.#sink.onError(
        error instanceof UpstreamError ? error : new UpstreamError('upstream-unreachable', why, error),
      );
    }
  }

  resume(): void {
    this.#exchange?.resume();
  }

  abort(): void {
    this.#aborted = true;
    this.#onAbort();
    this.#exchange?.abort();
  }
}
