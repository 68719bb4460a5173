/** What is kept of one definition of a server, and how it changes. Pure. */
import { type DefinitionKind, definitionDigest } from '../../core/inspect/definitions/definition.ts';
import type { JsonObject } from '../../core/mcp/message.ts';

export interface Pin {
  readonly kind: DefinitionKind;
  readonly name: string;
  /** When a gate told of it first, in ms of the Unix epoch: of two servers with one name the later one is the look-alike. */
  readonly since: number;
  /** Of its first use: a digest, as all below. Undefined: it was never shown. */
  readonly first?: string | undefined;
  /** By people, oldest first. */
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
  /** Told by a gate, and none of the above; newest last. */
  readonly held: readonly string[];
  /** Of the newest that was accepted, or else of the first use: what a change is compared with. Undefined: there was no room. */
  readonly base?: JsonObject | undefined;
  /** Of the one that was held last, whatever was decided on it since: see textOf. */
  readonly definition?: JsonObject | undefined;
}

/** As a gate tells of it. */
export interface Told {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly digest: string;
  readonly definition: JsonObject;
  /** It is shown to clients: the first use, unless another gate was faster. */
  readonly used: boolean;
}

/** Of each list: versions that run side by side are two; a server that says something else each time fills no object. */
const MAX_DIGESTS = 8;

/** The same object where nothing is new. */
export function told(pin: Pin | undefined, { kind, name, digest, definition, used }: Told, now: number): Pin {
  const known = pin ?? { kind, name, since: now, accepted: [], refused: [], held: [] };
  // The first writer wins; what comes later is another definition, whoever has shown it.
  if (used && known.first === undefined) {
    const held = known.held.filter((one) => one !== digest);
    return { ...known, first: digest, base: known.accepted.length === 0 ? definition : known.base, held };
  }
  const { first, accepted, refused, held } = known;
  // What was used first may be held too: by a pack that came later, and wants it accepted.
  const isKnown = [...accepted, ...refused, ...held].includes(digest) || (used && first === digest);
  if (isKnown && pin !== undefined) return pin;
  return { ...known, held: withDigest(held, digest), definition };
}

/** Nothing else of this name was ever used or accepted. */
export function isNew({ first, accepted }: Pick<Pin, 'first' | 'accepted'>, digest: string): boolean {
  return accepted.length === 0 && (first === undefined || first === digest);
}

export function accept(pin: Pin, digest: string): Pin {
  if (pin.accepted.includes(digest)) return pin;
  const text = textOf(pin, digest);
  return {
    ...pin,
    accepted: withDigest(pin.accepted, digest),
    refused: pin.refused.filter((one) => one !== digest),
    held: pin.held.filter((one) => one !== digest),
    // What is compared with is what was accepted last; where its text is not there, nothing is better than another.
    base: text,
    ...(text === undefined || text === pin.base ? {} : { definition: undefined }),
  };
}

export function refuse(pin: Pin, digest: string): Pin {
  if (pin.accepted.includes(digest) || pin.refused.includes(digest)) return pin;
  return {
    ...pin,
    refused: withDigest(pin.refused, digest),
    held: pin.held.filter((one) => one !== digest),
  };
}

/** The text that has this digest; undefined where it is not kept: that of another must not be shown in its place. */
export function textOf({ kind, base, definition }: Pin, digest: string): JsonObject | undefined {
  return [definition, base].find((text) => text !== undefined && definitionDigest({ kind, value: text }) === digest);
}

export function withoutTexts({ base: _, definition: __, ...pin }: Pin): Pin {
  return pin;
}

function withDigest(digests: readonly string[], digest: string): string[] {
  return [...digests.filter((one) => one !== digest), digest].slice(-MAX_DIGESTS);
}
