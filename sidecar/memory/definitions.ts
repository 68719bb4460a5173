/**
 * What the server has said of itself and of what it offers, as it listed it last: a call is decided on by it as well. The gate goes by
 * what the server said to anybody: one that shows a clean list to whoever examines it, and another one to its victim, is one server.
 */
import { hash } from 'node:crypto';
import type { PinNote } from '../../core/audit/gate-record.ts';
import { parseStrictJson } from '../../core/mcp/json.ts';
import { isObject } from '../../core/mcp/message.ts';
import { type DefinitionKind, definitionDigest } from '../../core/inspect/definitions/definition.ts';
import { skeletonOf } from '../../core/inspect/definitions/confusables.ts';
import { inspectDefinition, inspectForHiddenText } from '../../core/inspect/definitions/inspect-definition.ts';
import type { KnownDefinition, Pins } from '../../core/policy/definitions.ts';
import { BoundedMap } from './bounded-map.ts';
import type { DefinitionFile } from './definition-file.ts';
import type { DefinitionLine } from './definition-lines.ts';
import { type PinKeeper, SharedPins, type SharedSnapshot } from './shared-pins.ts';

/** Many times what a server has. Of resources, what was listed longest ago counts as never listed. */
const MAX_DEFINITIONS = 10_000;
/** Of what is called by its name. A server could list so many others that what it has changed would not be known any more. */
const MAX_NAMED = 20_000;
/** What a reading takes depends on the definition, so no more are kept than clients ask about again and again. */
const MAX_READINGS = 2_000;

export interface SeenDefinition extends KnownDefinition {
  readonly name: string;
}

export class DefinitionTable {
  /** By the digest of the bytes: lists are asked for again and again, and looking at a definition costs more than all else about it. */
  readonly #readings = new BoundedMap<string, SeenDefinition>(MAX_READINGS);
  readonly #resources = new BoundedMap<string, SeenDefinition>(MAX_DEFINITIONS);
  readonly #named = new Map<string, SeenDefinition>();
  /** Digests: of the first use of a name, and what a person has accepted. No more than are named, and than a file has room for. */
  readonly #first = new Map<string, string>();
  #accepted: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  #hasAccepted = false;
  #sharedAccepted: Accepted | undefined = undefined;
  #file: DefinitionFile | undefined = undefined;
  /** What all gates of the server are to go by, and whoever keeps it; of a gate on its own nothing and nobody. */
  #shared = new SharedPins();
  #keeper: PinKeeper | undefined = undefined;
  /** The digest that the file has last of a name. */
  readonly #kept = new BoundedMap<string, string>(MAX_DEFINITIONS);
  /** What has been put on record. */
  readonly #told = new BoundedMap<string, true>(MAX_DEFINITIONS);

  /** Hears of what is pinned, changed and accepted. */
  onPin: (note: PinNote) => void = () => {};

  /** Whether to read it costs nothing. */
  knows(kind: DefinitionKind, bytes: Buffer, own: ReadonlySet<string> | undefined): boolean {
    return kind === 'resource' || this.#readings.has(readingKey(kind, bytes, own));
  }

  /** `bytes`: its JSON text. `own`: skeletons of the names that the server has; undefined where they are not known as a whole. */
  read(kind: DefinitionKind, name: string, bytes: Buffer, own: ReadonlySet<string> | undefined): SeenDefinition {
    if (kind === 'resource') return readResource(name, bytes);
    const key = readingKey(kind, bytes, own);
    const known = this.#readings.get(key);
    if (known !== undefined) return known;
    const seen = readDefinition(kind, name, bytes, own);
    this.#readings.set(key, seen);
    return seen;
  }

  /** False for one more name than is remembered: what a server says of that one later could not be compared. */
  hasRoomFor(kind: DefinitionKind, name: string): boolean {
    return kind === 'resource' || this.#named.size < MAX_NAMED || this.#named.has(keyOf(kind, name));
  }

  /** The server has listed it so. `bytes`: where definitions are pinned, its JSON text, to be shown to whoever accepts it. */
  listed(seen: SeenDefinition, bytes?: Buffer): void {
    const { kind, name, digest } = seen;
    const key = keyOf(kind, name);
    this.#tableOf(kind).set(key, seen);
    if (bytes === undefined || digest === undefined || this.#file === undefined || this.#kept.get(key) === digest)
      return;
    this.#kept.set(key, digest);
    this.#file.seen({ kind, name, digest }, bytes.toString('utf8'));
  }

  /** It is shown: the next one of this name is compared with it, if this is the first. */
  used({ kind, name, digest }: SeenDefinition): void {
    const key = keyOf(kind, name);
    if (digest === undefined || this.#first.has(key)) return;
    this.#first.set(key, digest);
    this.#file?.first({ kind, name, digest });
    this.onPin({ event: 'pin', digest, kind, name, state: 'first-use' });
  }

  /** It is not what was accepted, or used first; told once of each. */
  changed({ kind, name, digest }: SeenDefinition): void {
    if (digest === undefined || !this.tell(`changed ${keyOf(kind, name)} ${digest}`)) return;
    const { first, accepted } = this.pinsOf(kind, name);
    const previous = [...accepted].at(-1) ?? first;
    this.onPin({ event: 'pin', digest, kind, name, previous, state: 'changed' });
  }

  pinsOf(kind: DefinitionKind, name: string): Pins {
    const key = keyOf(kind, name);
    const accepted = this.#accepted.get(key) ?? NONE;
    if (this.#keeper === undefined) return { first: this.#first.get(key), accepted };
    const { isAlone } = this.#keeper;
    return this.#shared.pinsOf(kind, name, { first: this.#first.get(key), accepted, isAlone });
  }

  /** `isShown`: clients see it. `isOther`: it is not what was accepted, or used first. */
  tellKeeper({ kind, name, digest }: SeenDefinition, bytes: Buffer, isShown: boolean, isOther: boolean): void {
    if (this.#keeper === undefined || digest === undefined) return;
    if ((isShown && !this.#shared.hasFirst(kind, name)) || isOther)
      this.#keeper.tell({ kind, name, digest }, bytes, isShown);
  }

  shareWith(keeper: PinKeeper): void {
    this.#keeper = keeper;
  }

  adopt(snapshot: SharedSnapshot): void {
    const accepted = new Map(snapshot.pins.map(({ kind, name, accepted: digests }) => [`${kind} ${name}`, digests]));
    this.#tellAccepted(this.#sharedAccepted, accepted);
    this.#sharedAccepted = accepted;
    this.#shared = new SharedPins(snapshot);
  }

  /** A neighbour of the server had the name before. */
  withClash(seen: SeenDefinition): SeenDefinition {
    const clash = seen.kind === 'tool' ? this.#shared.clashOf(seen.name) : undefined;
    return clash === undefined ? seen : { ...seen, findings: [...seen.findings, { ...clash, pointer: '/name' }] };
  }

  /** What an earlier gate has seen counts, and what is seen now is kept. */
  keep(file: DefinitionFile): void {
    this.#file = file;
    for (const { said, of } of file.found()) {
      const key = keyOf(of.kind, of.name);
      if (said === 'seen') this.#kept.set(key, of.digest);
      else if (said === 'first' && !this.#first.has(key)) this.#first.set(key, of.digest);
    }
  }

  /** A person has accepted these, and no others. */
  accept(lines: readonly DefinitionLine[]): void {
    const accepted = new Map<string, Set<string>>();
    for (const { said, of } of lines) {
      if (said !== 'accepted') continue;
      const key = keyOf(of.kind, of.name);
      const digests = accepted.get(key);
      if (digests === undefined) accepted.set(key, new Set([of.digest]));
      else digests.add(of.digest);
    }
    this.#tellAccepted(this.#hasAccepted ? this.#accepted : undefined, accepted);
    this.#accepted = accepted;
  }

  /** All that was accepted before this gate began has been read: what comes now is new. */
  acceptsFromNow(): void {
    this.#hasAccepted = true;
  }

  /** What was accepted before this gate began is on record, if anywhere, in the log of one before it. */
  #tellAccepted(before: Accepted | undefined, now: Accepted): void {
    if (before === undefined) return;
    for (const [key, digests] of now) {
      const known = new Set(before.get(key));
      const [kind, name] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)];
      for (const digest of digests) {
        if (!known.has(digest)) this.onPin({ event: 'pin', digest, kind, name, state: 'accepted' });
      }
    }
  }

  /** As it was listed last; undefined where it never was. */
  last(kind: DefinitionKind, name: string): SeenDefinition | undefined {
    const seen = this.#tableOf(kind).get(keyOf(kind, name));
    return seen && this.withClash(seen);
  }

  #tableOf(kind: DefinitionKind): SeenTable {
    return kind === 'resource' ? this.#resources : this.#named;
  }

  /** Skeletons of the names of tools and prompts that were listed. */
  addNamesTo(names: Set<string>): void {
    for (const { kind, name } of this.#named.values()) {
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

/** Digests by kind and name. */
type Accepted = ReadonlyMap<string, Iterable<string>>;

interface SeenTable {
  get(key: string): SeenDefinition | undefined;
  set(key: string, seen: SeenDefinition): unknown;
}

const NONE: ReadonlySet<string> = new Set();

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

/** As JSON: a character that is not plain, or an escape that may stand for one. */
const NOT_PLAIN = /[^\t\n\r\x20-\x7e]|\\[bfru]/;

/** Of a folder there may be tens of thousands in a list, each of which is looked at each time: nearly all by this one expression. */
function readResource(name: string, bytes: Buffer): SeenDefinition {
  const kind = 'resource';
  if (!NOT_PLAIN.test(bytes.toString('latin1'))) return { kind, name, digest: undefined, findings: [] };
  const json = parseStrictJson(bytes, { caseSensitiveKeys: true });
  const findings = json.ok && isObject(json.value) ? inspectForHiddenText({ value: json.value }) : [UNREADABLE];
  return { kind, name, digest: undefined, findings };
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
