/**
 * What the server has said of itself and of what it offers, as it listed it last: a call is decided on by it as well. The gate goes by
 * what the server said to anybody: one that shows a clean list to whoever examines it, and another one to its victim, is one server.
 */
import { hash } from 'node:crypto';
import { parseStrictJson } from '../../core/mcp/json.ts';
import { isObject } from '../../core/mcp/message.ts';
import { type DefinitionKind, definitionDigest } from '../../core/inspect/definitions/definition.ts';
import { skeletonOf } from '../../core/inspect/definitions/confusables.ts';
import { inspectDefinition } from '../../core/inspect/definitions/inspect-definition.ts';
import type { KnownDefinition } from '../../core/policy/definitions.ts';
import { BoundedMap } from './bounded-map.ts';

/** Many times what a server has; of one that lists more, what it listed longest ago counts as never listed. */
const MAX_DEFINITIONS = 10_000;
/** What a reading takes depends on the definition, so no more are kept than clients ask about again and again. */
const MAX_READINGS = 2_000;

export interface SeenDefinition extends KnownDefinition {
  readonly name: string;
}

export class DefinitionTable {
  /** By the digest of the bytes: lists are asked for again and again, and looking at a definition costs more than all else about it. */
  readonly #readings = new BoundedMap<string, SeenDefinition>(MAX_READINGS);
  readonly #last = new BoundedMap<string, SeenDefinition>(MAX_DEFINITIONS);
  /** What has been put on record. */
  readonly #told = new BoundedMap<string, true>(MAX_DEFINITIONS);

  /** Whether to read it costs nothing. */
  knows(kind: DefinitionKind, bytes: Buffer, own: ReadonlySet<string> | undefined): boolean {
    return this.#readings.has(readingKey(kind, bytes, own));
  }

  /** `bytes`: its JSON text. `own`: skeletons of the names that the server has; undefined where they are not known as a whole. */
  read(kind: DefinitionKind, name: string, bytes: Buffer, own: ReadonlySet<string> | undefined): SeenDefinition {
    const key = readingKey(kind, bytes, own);
    const known = this.#readings.get(key);
    if (known !== undefined) return known;
    const seen = readDefinition(kind, name, bytes, own);
    this.#readings.set(key, seen);
    return seen;
  }

  /** The server has listed it so. */
  listed(seen: SeenDefinition): void {
    this.#last.set(keyOf(seen.kind, seen.name), seen);
  }

  /** As it was listed last; undefined where it never was. */
  last(kind: DefinitionKind, name: string): SeenDefinition | undefined {
    return this.#last.get(keyOf(kind, name));
  }

  /** Skeletons of the names of tools and prompts that were listed. */
  addNamesTo(names: Set<string>): void {
    for (const { kind, name } of this.#last.values()) {
      if (kind === 'tool' || kind === 'prompt') names.add(skeletonOf(name));
    }
  }

  /** False where the same was told before. */
  tell(what: string): boolean {
    if (this.#told.has(what)) return false;
    this.#told.set(what, true);
    return true;
  }
}

function readingKey(kind: DefinitionKind, bytes: Buffer, own: ReadonlySet<string> | undefined): string {
  return `${kind} ${own === undefined ? '' : '+'} ${hash('sha256', bytes, 'base64')}`;
}

function keyOf(kind: DefinitionKind, name: string): string {
  return `${kind} ${name}`;
}

function readDefinition(
  kind: DefinitionKind,
  name: string,
  bytes: Buffer,
  own: ReadonlySet<string> | undefined,
): SeenDefinition {
  // Two parameters may differ in case alone; two members of one name are what parsers disagree about.
  const json = parseStrictJson(bytes, { caseSensitiveKeys: true });
  if (!json.ok || !isObject(json.value)) return { kind, name, digest: undefined, findings: [UNREADABLE] };
  const { value } = json;
  return {
    kind,
    name,
    digest: definitionDigest({ kind, value }),
    findings: inspectDefinition({ kind, name, value }, { own }),
  };
}

/** Whoever reads it in another way may find anything in it. */
const UNREADABLE = {
  detector: 'hiddenText',
  reason: 'unreadable',
  message: 'It cannot be read in one way only.',
  span: undefined,
  evidence: '',
  pointer: '',
} as const;
