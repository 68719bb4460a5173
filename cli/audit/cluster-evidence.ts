/** What the operator of a cluster has published of its gates' audit logs: keys, and the checkpoints that it has witnessed. */
import { originOf } from '../../core/audit/note/checkpoint.ts';
import { announcedKey } from '../../core/audit/note/key-announcement.ts';
import { parseVerifierKey, parseWitnessKey, type VerifierKey } from '../../core/audit/note/note-keys.ts';
import { recordsIn } from '../../operator/audit-keys/keys-object.ts';
import type { KeyRecord } from '../../operator/audit-keys/succession.ts';
import type { RawObject } from '../../operator/kit/resource.ts';
import { LABEL, serverOfAuditKeys, WITNESS_KEYS } from '../../operator/names.ts';
import { originIn } from '../../operator/witness/entry.ts';
import { readShard } from '../../operator/witness/shard.ts';
import { type ClusterOptions, kubectl, listOf } from '../kubectl.ts';

export interface PublishedKey {
  readonly server: string;
  readonly key: VerifierKey;
  /** Whether the one before says that this one follows; undefined for the first. */
  readonly isAnnounced: boolean | undefined;
}

/** Of all servers, or of one; each server's in the order of their generations. */
export function readClusterKeys(options: ClusterOptions, server?: string): PublishedKey[] {
  return labelled(options, LABEL.auditKeys).flatMap(({ metadata, data }) => {
    const of = serverOfAuditKeys(metadata.name);
    const name = of === undefined ? undefined : `${of.namespace}/${of.name}`;
    if (name === undefined || (server !== undefined && name !== server)) return [];
    return publishedOf(name, recordsIn(data));
  });
}

function publishedOf(server: string, records: readonly KeyRecord[]): PublishedKey[] {
  let before: VerifierKey | undefined;
  return records.flatMap((record) => {
    const key = parseVerifierKey(record.key);
    if (key === undefined) return [];
    const isAnnounced = before && announcedKey(record.announcement ?? '', before)?.text === key.text;
    before = key;
    return [{ server, key, isAnnounced }];
  });
}

/** Those that follow on the one that is trusted, and itself; none where it was never published. */
export function following(keys: readonly PublishedKey[], trusted: VerifierKey): PublishedKey[] {
  const at = keys.findIndex(({ key }) => key.text === trusted.text);
  if (at === -1) return [];
  const later = keys.slice(at + 1);
  const broken = later.findIndex(({ isAnnounced }) => isAnnounced !== true);
  return [keys[at] as PublishedKey, ...(broken === -1 ? later : later.slice(0, broken))];
}

/** What the operator cosigns with. */
export function readWitnessKeys(options: ClusterOptions): string[] {
  const args = ['get', 'configmap', WITNESS_KEYS, '-n', options.operatorNamespace, '-o', 'json'];
  const { data } = JSON.parse(kubectl(options, args)) as RawObject;
  return Object.values(data ?? {}).flatMap((text) => parseWitnessKey(text)?.text ?? []);
}

/** Which streams: of a server, as namespace/name, and of one of its pods. */
export interface WitnessedOf {
  readonly server?: string | undefined;
  readonly pod?: string | undefined;
}

/** Notes with their cosignatures, one for each stream that is held, by stream. */
export function readWitnessed(options: ClusterOptions, { server, pod }: WitnessedOf = {}): string[] {
  return labelled(options, LABEL.witness)
    .flatMap((object) => Array.from(readShard(object).entries.values()))
    .filter((entry) => server === undefined || entry.server === server)
    .filter((entry) => pod === undefined || originIn(entry).startsWith(`${originOf(`${entry.server}/${pod}`)}/`))
    .sort((a, b) => (originIn(a) < originIn(b) ? -1 : 1))
    .map(({ note }) => note);
}

function labelled(options: ClusterOptions, label: string): readonly RawObject[] {
  return listOf(options, [
    'configmaps',
    '-n',
    options.operatorNamespace,
    '-l',
    `${label}=true`,
  ]) as readonly RawObject[];
}
