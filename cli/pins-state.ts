/** What gates of this machine have kept of definitions, and what was accepted of it. */
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../core/mcp/message.ts';
import {
  ACCEPTED_FILE,
  type DefinitionName,
  readLines,
  SEEN_FILE,
  writeLine,
} from '../sidecar/memory/definition-lines.ts';
import { systemReason, UserError } from './errors.ts';
import { pinsDirectory } from './local-evidence.ts';
import { stateDir } from './paths.ts';

/**
 * `first-use`: as it was when it was shown first. `new`: nothing is known that it could be compared with. `refused`: a person was asked, in
 * a cluster, and has not accepted it.
 */
export type PinState = 'accepted' | 'first-use' | 'changed' | 'new' | 'refused';

export interface Pinned {
  /** `namespace/name`. */
  readonly server: string;
  readonly of: DefinitionName;
  readonly state: PinState;
  /** As the server listed it last; undefined: in a cluster, a text that is very long, or older than another one, is not kept. */
  readonly definition: JsonObject | undefined;
  /** What it is compared with: as it was accepted last, or used first. */
  readonly before: JsonObject | undefined;
}

/** Of all servers, or of one; by server, kind and name. */
export function readPins(server?: string): Pinned[] {
  const servers = server === undefined ? serversWithPins() : [server];
  return servers.flatMap((one) => pinsOf(one));
}

function serversWithPins(): string[] {
  const state = stateDir();
  return foldersIn(state)
    .flatMap((namespace) => foldersIn(join(state, namespace)).map((name) => `${namespace}/${name}`))
    .filter((server) => existsSync(join(pinsDirectory(server), SEEN_FILE)));
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((name) => statSync(join(path, name)).isDirectory())
      .sort();
  } catch {
    return [];
  }
}

interface Gathered {
  of: DefinitionName;
  definition: JsonObject;
  first: string | undefined;
  readonly byDigest: Map<string, JsonObject>;
}

function pinsOf(server: string): Pinned[] {
  const directory = pinsDirectory(server);
  const seen = new Map<string, Gathered>();
  for (const line of readLines(textOf(join(directory, SEEN_FILE)))) {
    const key = keyOf(line.of);
    const known = seen.get(key);
    if (line.said === 'first') {
      if (known !== undefined) known.first ??= line.of.digest;
    } else if (line.said === 'seen') {
      const byDigest = known?.byDigest ?? new Map<string, JsonObject>();
      byDigest.set(line.of.digest, line.definition);
      seen.set(key, { of: line.of, definition: line.definition, first: known?.first, byDigest });
    }
  }
  const accepted = acceptedIn(join(directory, ACCEPTED_FILE));
  return [...seen.values()]
    .map((one) => pinnedOf(server, one, accepted.get(keyOf(one.of))))
    .sort((a, b) => (keyOf(a.of) < keyOf(b.of) ? -1 : 1));
}

/** By name, the definitions that were accepted by their digests, the latest at the end. */
function acceptedIn(path: string): Map<string, Map<string, JsonObject | undefined>> {
  const accepted = new Map<string, Map<string, JsonObject | undefined>>();
  for (const line of readLines(textOf(path))) {
    if (line.said !== 'accepted') continue;
    const key = keyOf(line.of);
    const digests = accepted.get(key) ?? new Map<string, JsonObject | undefined>();
    digests.delete(line.of.digest);
    accepted.set(key, digests.set(line.of.digest, line.definition));
  }
  return accepted;
}

function pinnedOf(
  server: string,
  { of, definition, first, byDigest }: Gathered,
  accepted: Map<string, JsonObject | undefined> = new Map(),
): Pinned {
  const firstDefinition = first === undefined ? undefined : byDigest.get(first);
  const before = [...accepted.values()].findLast((one) => one !== undefined) ?? firstDefinition;
  return { server, of, definition, before, state: stateOf(of.digest, first, accepted) };
}

function stateOf(digest: string, first: string | undefined, accepted: ReadonlyMap<string, unknown>): PinState {
  if (accepted.has(digest)) return 'accepted';
  if (first === digest) return 'first-use';
  return first === undefined && accepted.size === 0 ? 'new' : 'changed';
}

/** Gates that run take it at once. */
export function acceptPin({ server, of, definition }: Pinned): void {
  const file = join(pinsDirectory(server), ACCEPTED_FILE);
  try {
    appendFileSync(file, `${writeLine('accepted', of, definition)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new UserError(`cannot write ${file}: ${systemReason(error)}`, 'check the folder and its permissions');
  }
}

function keyOf({ kind, name }: DefinitionName): string {
  return `${kind} ${name}`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new UserError(`cannot read ${path}: ${systemReason(error)}`, 'check its permissions');
  }
}
