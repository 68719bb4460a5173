/** What the gates of one server are to know of pins: which digests, and which names are taken for those of a neighbour. Pure. */
import { sha256 } from '../../core/digest.ts';
import type { StoredPins } from './pins-object.ts';

export interface PinView {
  readonly kind: string;
  readonly name: string;
  readonly first?: string | undefined;
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
  readonly held: readonly string[];
}

/** A tool whose name another server of the namespace had before. */
export interface NameClash {
  readonly tool: string;
  readonly server: string;
  readonly other: string;
}

export interface Snapshot {
  readonly pins: readonly PinView[];
  readonly clashes: readonly NameClash[];
}

export interface Neighbour {
  readonly server: string;
  readonly stored: StoredPins;
}

/**
 * Of the name of a neighbour, as JSON: ordinary ones have a tenth of it. What a server has as many look-alikes of as there is room for is
 * told of each, or it could have the one that matters stand behind the others; an answer to a gate stays below 4 MiB all the same.
 */
const MAX_OTHER_BYTES = 256;

export function snapshotOf(own: StoredPins | undefined, neighbours: readonly Neighbour[]): Snapshot {
  const pins = (own?.pins ?? []).map(({ kind, name, first, accepted, refused, held }) => ({
    kind,
    name,
    first,
    accepted,
    refused,
    held,
  }));
  return { pins, clashes: own === undefined ? [] : clashesOf(own, neighbours) };
}

/** Whoever had the name first has it: otherwise a newcomer could have the tools of others left out. */
function clashesOf(own: StoredPins, neighbours: readonly Neighbour[]): NameClash[] {
  const taken = new Map<string, { readonly server: string; readonly name: string; readonly since: number }>();
  for (const { server, stored } of neighbours) {
    for (const { kind, name, since, skeleton, first, accepted } of stored.pins) {
      // What was never shown to anybody is nobody's name.
      if (first === undefined && accepted.length === 0) continue;
      const before = taken.get(skeleton);
      if (kind === 'tool' && (before === undefined || since < before.since))
        taken.set(skeleton, { server, name, since });
    }
  }
  const clashes: NameClash[] = [];
  for (const { kind, name, since, skeleton } of own.pins) {
    const other = taken.get(skeleton);
    if (kind !== 'tool' || other === undefined || since <= other.since) continue;
    const isLong = Buffer.byteLength(JSON.stringify(other.name)) > MAX_OTHER_BYTES;
    clashes.push({ tool: name, server: other.server, other: isLong ? name : other.name });
  }
  return clashes;
}

/** Two replicas of the operator come to the same. */
export function versionOf(snapshot: Snapshot): string {
  return sha256(JSON.stringify(snapshot)).slice('sha256:'.length, 'sha256:'.length + 16);
}
