/**
 * The pins of one server as they are stored: a ConfigMap in the namespace of the operator, where whoever runs the server, or may write in
 * its namespace, writes nothing. A key for each definition, so that a change is a small patch, and `kubectl get -o yaml` shows what is kept.
 */
import { DEFINITION_KINDS } from '../../core/inspect/definitions/definition.ts';
import { skeletonOf } from '../../core/inspect/definitions/confusables.ts';
import { isObject } from '../../core/mcp/message.ts';
import { sha256 } from '../../core/digest.ts';
import type { KubeObject, ObjectMeta, RawObject } from '../kit/resource.ts';
import { LABEL, pinsConfigMapName } from '../names.ts';
import { type Pin, withoutTexts } from './pin.ts';
import { objectIn } from '../object-in.ts';

/** An object may hold 1 MiB of data; the keys and what surrounds them take their part. */
export const MAX_PINS_BYTES = 900_000;
/** Texts are left out from here on, so that a server with very long ones is pinned all the same. */
const MAX_TEXTS_BYTES = 700_000;
/** Of one definition with both of its texts; longer ones are kept by their digests alone. */
const MAX_PIN_BYTES = 64 * 1024;

/** By key, what the object holds. */
export type PinsData = Readonly<Record<string, string>>;

/** As caches keep it: without the texts, which are read when somebody is asked. */
export interface StoredPins extends KubeObject {
  readonly pins: readonly (Pin & { readonly skeleton: string })[];
}

export interface ServerIdentity {
  readonly namespace: string;
  readonly server: string;
  /** A server that was deleted and made again is another one. */
  readonly uid: string;
}

export function keyOfPin({ kind, name }: Pick<Pin, 'kind' | 'name'>): string {
  return `pin-${sha256(`${kind} ${name}`).slice('sha256:'.length, 'sha256:'.length + 32)}`;
}

export function metadataOf(of: ServerIdentity, rootNamespace: string): ObjectMeta {
  const name = pinsConfigMapName(of);
  return { namespace: rootNamespace, name, labels: { [LABEL.pins]: 'true', [LABEL.serverUid]: of.uid } };
}

export function uidIn({ metadata }: KubeObject): string | undefined {
  return metadata.labels?.[LABEL.serverUid];
}

/** What is no pin is passed over: people may write in this namespace. */
export function pinsIn(data: PinsData | undefined): Pin[] {
  return Object.values(data ?? {}).flatMap((text) => readPin(text) ?? []);
}

export function readPin(text: string | undefined): Pin | undefined {
  if (text === undefined) return undefined;
  const value = objectIn(text);
  if (value === undefined) return undefined;
  const { kind, name, since, first, base, definition } = value;
  const known = DEFINITION_KINDS.find((one) => one === kind);
  if (known === undefined || typeof name !== 'string') return undefined;
  return {
    kind: known,
    name,
    since: typeof since === 'number' ? since : 0,
    accepted: digestsIn(value['accepted']),
    refused: digestsIn(value['refused']),
    held: digestsIn(value['held']),
    ...(typeof first === 'string' ? { first } : {}),
    ...(isObject(base) ? { base } : {}),
    ...(isObject(definition) ? { definition } : {}),
  };
}

function digestsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function writePin(pin: Pin): string {
  const text = JSON.stringify(pin);
  return text.length > MAX_PIN_BYTES ? JSON.stringify(withoutTexts(pin)) : text;
}

/**
 * What to write so that these pins are in it: the keys that differ. Where there is too much, texts give way, the longest first; undefined
 * where there is no room for the digests either.
 */
export function patchWith(data: PinsData, changed: readonly Pin[]): Record<string, string> | undefined {
  const patch: Record<string, string> = {};
  for (const pin of changed) {
    const text = writePin(pin);
    if (data[keyOfPin(pin)] !== text) patch[keyOfPin(pin)] = text;
  }
  const merged = { ...data, ...patch };
  let bytes = sizeOf(merged);
  if (bytes <= MAX_TEXTS_BYTES) return patch;
  const byLength = Object.entries(merged).sort(([, a], [, b]) => b.length - a.length);
  for (const [key, text] of byLength) {
    if (bytes <= MAX_TEXTS_BYTES) break;
    const pin = readPin(text);
    if (pin === undefined) continue;
    const short = JSON.stringify(withoutTexts(pin));
    if (short === text) continue;
    patch[key] = short;
    bytes -= Buffer.byteLength(text) - Buffer.byteLength(short);
  }
  return bytes <= MAX_PINS_BYTES ? patch : undefined;
}

function sizeOf(data: PinsData): number {
  return Object.entries(data).reduce((sum, [key, text]) => sum + key.length + Buffer.byteLength(text), 0);
}

export function prunePins(object: RawObject): StoredPins {
  const { apiVersion, kind, metadata } = object;
  const { annotations: _, ...meta } = metadata;
  const pins = pinsIn(object.data).map((pin) => Object.assign(withoutTexts(pin), { skeleton: skeletonOf(pin.name) }));
  return { apiVersion, kind, metadata: meta, pins };
}
