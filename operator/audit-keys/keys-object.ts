/**
 * The keys of one server as they are published: a ConfigMap in the namespace of the operator, where whoever runs the server writes nothing.
 * It stays when the server goes: what it signed is to be verified afterwards.
 */
import type { KubeObject, ObjectMeta, RawObject } from '../kit/resource.ts';
import { auditKeysConfigMapName, LABEL } from '../names.ts';
import type { KeyRecord } from './succession.ts';
import { objectIn } from '../object-in.ts';

/** By age: those that were followed by so many others are published no more. */
const MAX_RECORDS = 100;

export interface StoredKeys extends KubeObject {
  readonly records: readonly KeyRecord[];
}

export interface ServerName {
  readonly namespace: string;
  readonly name: string;
}

export function metadataOf(of: ServerName, rootNamespace: string): ObjectMeta {
  return { namespace: rootNamespace, name: auditKeysConfigMapName(of), labels: { [LABEL.auditKeys]: 'true' } };
}

/** In the order of their generations. What is no record is passed over: people may write in this namespace. */
export function recordsIn(data: Readonly<Record<string, string>> | undefined): KeyRecord[] {
  return Object.values(data ?? {})
    .flatMap((text) => readRecord(text) ?? [])
    .sort((a, b) => a.generation - b.generation);
}

function readRecord(text: string): KeyRecord | undefined {
  const value = objectIn(text);
  if (value === undefined) return undefined;
  const { generation, uid, key, since, announcement } = value;
  if (typeof generation !== 'number' || !Number.isSafeInteger(generation) || generation < 1) return undefined;
  if (typeof uid !== 'string' || typeof key !== 'string' || typeof since !== 'string') return undefined;
  if (Number.isNaN(Date.parse(since))) return undefined;
  return { generation, uid, key, since, ...(typeof announcement === 'string' ? { announcement } : {}) };
}

/** What to write so that this one is in it too, and no more than there should be. */
export function patchWith(records: readonly KeyRecord[], add: KeyRecord): Record<string, string | null> {
  const gone = records.slice(0, Math.max(0, records.length + 1 - MAX_RECORDS));
  return Object.fromEntries([
    ...gone.map(({ generation }) => [String(generation), null] as const),
    [String(add.generation), JSON.stringify(add)] as const,
  ]);
}

export function pruneKeys({ apiVersion, kind, metadata, data }: RawObject): StoredKeys {
  const { annotations: _, managedFields: __, ...meta } = metadata;
  return { apiVersion, kind, metadata: meta, records: recordsIn(data) };
}
