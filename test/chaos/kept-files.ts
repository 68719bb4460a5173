/**
 * The audit logs of all gates and the logs of all servers, also of pods that are gone: each file is held open from its first moment on,
 * so that it stays readable when the kubelet removes it with its pod.
 */
import { closeSync, fstatSync, globSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AuditLine, Execution } from './history.ts';

const EVERY_MS = 250;
const AUDIT = 'kubelet/root/pods/*/volumes/kubernetes.io~empty-dir/sallyport-state/audit*.jsonl';

interface Kept {
  readonly fd: number;
  /** Of the pod. */
  readonly owner: string;
  readonly name: string;
}

export class KeptFiles {
  readonly #folder: string;
  readonly #patterns: { readonly audit: string; readonly server: string };
  /** By inode, since a file that is rotated goes by another name. */
  readonly #kept = { audit: new Map<number, Kept>(), server: new Map<number, Kept>() };
  readonly #timer: NodeJS.Timeout;

  /** @param folder of the node. @param namespace of the server. */
  constructor(folder: string, namespace: string) {
    this.#folder = folder;
    this.#patterns = { audit: AUDIT, server: `kubelet/logs/${namespace}_*/server/*.log` };
    this.#look();
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  #look(): void {
    for (const kind of ['audit', 'server'] as const) {
      for (const path of globSync(this.#patterns[kind], { cwd: this.#folder })) this.#keep(this.#kept[kind], path);
    }
  }

  #keep(kept: Map<number, Kept>, path: string): void {
    let fd: number;
    try {
      fd = openSync(join(this.#folder, path), 'r');
    } catch {
      return; // gone meanwhile
    }
    const { ino } = fstatSync(fd);
    if (kept.has(ino)) closeSync(fd);
    else kept.set(ino, { fd, owner: path.split('/')[kept === this.#kept.audit ? 3 : 2] ?? '', name: basename(path) });
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#look();
  }

  executions(): Execution[] {
    return [...this.#kept.server.values()].flatMap(({ fd }) => linesOf(fd).flatMap(executionOf));
  }

  auditLines(): AuditLine[] {
    return [...this.#kept.audit.values()].flatMap(({ fd }) => linesOf(fd).flatMap(auditLineOf));
  }

  /** A folder for each pod, as `sallyport audit verify` takes it. Returns the folders. */
  writeAudit(into: string): string[] {
    const folders = new Set<string>();
    for (const [ino, { fd, owner, name }] of this.#kept.audit) {
      const folder = join(into, owner);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${ino}-${name}`), readWhole(fd));
      folders.add(folder);
    }
    return [...folders];
  }
}

/** A descriptor has a position of its own, and this may be asked twice. */
function readWhole(fd: number): Buffer {
  return readFileSync(`/proc/self/fd/${fd}`);
}

function linesOf(fd: number): string[] {
  return readWhole(fd).toString('utf8').split('\n').filter(Boolean);
}

/** A line as containerd writes it: time, stream, a mark, and what the fixture server printed (test/cluster/images/fixture.ts). */
export function executionOf(line: string): Execution[] {
  const [time = '', , , ...rest] = line.split(' ');
  const printed = parsed(rest.join(' ')) as { body?: unknown } | undefined;
  const body = (typeof printed?.body === 'string' ? parsed(printed.body) : printed?.body) as
    | { method?: string; params?: { name?: string; arguments?: { key?: string } } }
    | undefined;
  const { name, arguments: given } = body?.params ?? {};
  if (body?.method !== 'tools/call' || name === undefined || given?.key === undefined) return [];
  return [{ key: given.key, tool: name, time: Date.parse(time) }];
}

/** A line of the audit log; a torn one is none. */
export function auditLineOf(line: string): AuditLine[] {
  const record = parsed(line) as
    | { event: string; traceId?: string; tool?: string; time: string; approval?: { name: string } }
    | undefined;
  if (record?.traceId === undefined || (record.event !== 'intent' && record.event !== 'decision')) return [];
  const { traceId, tool = '', time, approval } = record;
  return [{ traceId, tool, time: Date.parse(time), ...(approval === undefined ? {} : { approval: approval.name }) }];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
