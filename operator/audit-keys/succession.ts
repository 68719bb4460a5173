/**
 * Which key the gates of a server sign their audit logs with: pure, from what is published, the time and what can be derived. A key is
 * followed by another when it is old, and when the authority that it was derived from is about to be replaced, while both can be derived:
 * then the one announces the other. Where the authority was lost, nobody can.
 */
import { announceKey } from '../../core/audit/note/key-announcement.ts';
import type { SigningKey } from '../../core/audit/note/note-keys.ts';

export interface KeyRecord {
  /** From 1 on; a part of what the key is derived from. */
  readonly generation: number;
  /** Of the MCPServer: one that was deleted and made again is another one. */
  readonly uid: string;
  /** The verifier key (C2SP signed-note). */
  readonly key: string;
  /** When it was published: RFC 3339. */
  readonly since: string;
  /** The note by which the key before announces it. */
  readonly announcement?: string;
}

/** Of the authority that signs now, and of the next where there is one (tls/derive.ts). */
export interface Derived {
  readonly current: SigningKey;
  readonly next: SigningKey | undefined;
}

export interface SuccessionInput {
  readonly records: readonly KeyRecord[];
  readonly uid: string;
  readonly now: number;
  readonly rotateAfterMs: number;
  readonly derive: (generation: number) => Derived;
}

/** `lost`: what is published cannot be derived any more, or is of another server; what is added is announced by nobody. */
export interface Succession {
  readonly signer: SigningKey;
  readonly add: KeyRecord | undefined;
  readonly lost: boolean;
}

export function succession({ records, uid, now, rotateAfterMs, derive }: SuccessionInput): Succession {
  const newest = newestOf(records, uid);
  const generation = 1 + Math.max(0, ...records.map((record) => record.generation));
  const add = (by?: SigningKey): Succession => {
    const derived = derive(generation);
    const signer = derived.next ?? derived.current;
    const record = { generation, uid, key: signer.verifier.text, since: new Date(now).toISOString() };
    const announcement = by === undefined ? {} : { announcement: announceKey(signer.verifier, by) };
    return { signer, add: { ...record, ...announcement }, lost: by === undefined && records.length > 0 };
  };
  if (newest === undefined) return add();
  const { current, next } = derive(newest.generation);
  const signer = [next, current].find((key) => key?.verifier.text === newest.key);
  if (signer === undefined) return add();
  const isOld = now - Date.parse(newest.since) >= rotateAfterMs;
  const isLeaving = signer === current && next !== undefined;
  return isOld || isLeaving ? add(signer) : { signer, add: undefined, lost: false };
}

export function newestOf(records: readonly KeyRecord[], uid: string): KeyRecord | undefined {
  return records.findLast((record) => record.uid === uid);
}

/** A gate learns of another key with its next report, within six minutes where the operator is there. */
const GRACE_MS = 3_600_000;

/** The keys whose signature the gates of the server may still show: the newest, and those that were followed by another just now. */
export function inUse(records: readonly KeyRecord[], uid: string, now: number): string[] {
  const own = records.filter((record) => record.uid === uid);
  return own
    .filter((_, at) => {
      const successor = own[at + 1];
      return successor === undefined || now - Date.parse(successor.since) < GRACE_MS;
    })
    .map(({ key }) => key);
}
