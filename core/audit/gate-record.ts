/**
 * What a gate says of itself in its audit log: a stream begins and ends, a file goes on from another, a file is let go, refusals were
 * counted, what was written so far is signed, and with which key; which policy is in force, whose tokens count, what became of a
 * definition, who was asked. The same rules as for the record of a call (record.ts) hold for the order of fields.
 */
import type { ApprovalState } from '../api/approval-request.ts';
import { clip, clipAll, clipIfAny, clipList } from './clip.ts';
import { type PolicyNote, policyOf } from './policy-note.ts';
import { AUDIT_SCHEMA_VERSION, type IntentInput } from './record.ts';
import type { AuditEvent } from './schema/lines.ts';
import type { LineOf } from './schema/written.ts';
import { isoTime, milliseconds } from './times.ts';

/** Why a file was begun: what the writer itself decided, or what somebody did to the file before. */
export type BeginReason = 'start' | 'size' | 'age' | 'moved' | 'removed' | 'truncated';

export interface Continues {
  /** Name of the file whose last line the next one is linked to, where the writer knows it. */
  file?: string | undefined;
  reason: BeginReason;
  /** Of `continue`: the largest complete subtrees over the lines of the stream so far, base64, from left to right. */
  tree?: readonly string[] | undefined;
}

export interface Released {
  /** False where there is an archive that has not got all of it: what is missing there is missing for good. */
  archived?: false | undefined;
  bytes: number;
  /** Name of the file that is deleted after this line is on the disk. */
  file: string;
  /** SHA-256 of its last line. */
  last: string;
}

/** Further refusals of one kind, by nobody who is known, that were counted instead of recorded. */
export interface RefusalCount {
  count: number;
  reason: string;
  /** Address or /64 network; `*` stands for those that were too many to tell apart. */
  source: string;
}

/** What writes a stream: for whoever finds the log later, and the pod no more. */
export interface GateFacts {
  /** `sha256:…` of its settings. */
  readonly config: string;
  readonly host: string;
  readonly node?: string | undefined;
  readonly pid: number;
  /** `namespace/name`. */
  readonly pod?: string | undefined;
  readonly version: string;
}

export type LostKind = 'refused' | 'decision' | 'note';

export interface LostCount {
  readonly count: number;
  readonly what: LostKind;
}

/** Whose tokens count from now on. Names of clients and sentences about entries; never a token, nor its digest. */
export interface IdentityNote {
  readonly event: 'identity';
  readonly changed: readonly string[];
  readonly count: number;
  readonly granted: readonly string[];
  readonly problems: readonly string[];
  readonly revoked: readonly string[];
}

/** Which tokens of issuers are taken back from now on. Names of entries and sentences about them; never what they say. */
export interface RevocationsNote {
  readonly event: 'revocations';
  readonly entries: readonly string[];
  readonly problems: readonly string[];
}

/** What the server says of itself was pinned, has changed, or was accepted. */
export interface PinNote {
  readonly event: 'pin';
  readonly digest: string;
  readonly kind: string;
  readonly name: string;
  readonly previous?: string | undefined;
  readonly state: 'first-use' | 'changed' | 'accepted';
}

/** A person was asked, or what was asked is over. */
export interface ApprovalNote extends Pick<
  IntentInput,
  'method' | 'principal' | 'prompt' | 'resource' | 'session' | 'tool' | 'traceId'
> {
  readonly event: 'approval';
  readonly by?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expires: number;
  readonly name: string;
  readonly reason?: string | undefined;
  readonly revision: string;
  readonly rules: readonly string[];
  readonly state: ApprovalState;
}

export type GateNote = PolicyNote | IdentityNote | RevocationsNote | PinNote | ApprovalNote;

/** How a gate ended. `reason`: a signal, or what failed. */
export interface Ending {
  readonly reason: string;
  readonly uptimeMs: number;
}

const NAME_CAP = 256;
const TEXT_CAP = 1024;

/** `continues`: where the first line of the file is linked to the last one of another. */
export function openRecord(time: number, continues?: Continues, key?: string, facts?: GateFacts) {
  return gateRecord('open', time, {
    continues: continues && continuesOf(continues),
    gate: facts && factsOf(facts),
    key,
  });
}

export function closeRecord(time: number, ending?: Ending) {
  return gateRecord('close', time, {
    ending: ending && { reason: clip(ending.reason, NAME_CAP), uptimeMs: milliseconds(ending.uptimeMs) },
  });
}

export function continueRecord(time: number, continues: Continues, key?: string) {
  return gateRecord('continue', time, { continues: continuesOf(continues), key });
}

export function releaseRecord(time: number, { archived, bytes, file, last }: Released) {
  return gateRecord('release', time, { released: { archived, bytes, file, last } });
}

export function refusalsRecord(time: number, from: number, refusals: readonly RefusalCount[]) {
  const counts = refusals.map(({ count, reason, source }) => ({ count, reason, source }));
  return gateRecord('refusals', time, { from: isoTime(from), refusals: counts });
}

export function checkpointRecord(time: number, checkpoint: string) {
  return gateRecord('checkpoint', time, { checkpoint });
}

/** Another key signs from here on. The one before signs this line, where there was one. */
export function keyRecord(time: number, key: string) {
  return gateRecord('key', time, { key });
}

export function lostRecord(time: number, from: number, lost: readonly LostCount[]) {
  return gateRecord('lost', time, {
    from: isoTime(from),
    lost: lost.map(({ count, what }) => ({ count, what })),
  });
}

export function noteRecord(time: number, note: GateNote) {
  switch (note.event) {
    case 'policy':
      return gateRecord('policy', time, { policy: policyOf(note) });
    case 'identity':
      return gateRecord('identity', time, { clients: clientsOf(note) });
    case 'revocations': {
      const { entries, problems } = note;
      const said = { entries: clipList(entries, NAME_CAP), problems: clipList(problems, TEXT_CAP) };
      return gateRecord('revocations', time, { revocations: said });
    }
    case 'pin':
      return gateRecord('pin', time, { definition: definitionOf(note) });
    case 'approval':
      return questionRecord(time, note);
  }
}

function continuesOf({ file, reason, tree }: Continues): LineOf<'continue'>['continues'] {
  return { file, reason, tree };
}

function factsOf({ config, host, node, pid, pod, version }: GateFacts): NonNullable<LineOf<'open'>['gate']> {
  return {
    config,
    host: clip(host, NAME_CAP),
    node: clipIfAny(node, NAME_CAP),
    pid,
    pod: clipIfAny(pod, NAME_CAP),
    version,
  };
}

function clientsOf({ changed, count, granted, problems, revoked }: IdentityNote): LineOf<'identity'>['clients'] {
  return {
    changed: clipList(changed, NAME_CAP),
    count,
    granted: clipList(granted, NAME_CAP),
    problems: clipList(problems, TEXT_CAP),
    revoked: clipList(revoked, NAME_CAP),
  };
}

function definitionOf({ digest, kind, name, previous, state }: PinNote): LineOf<'pin'>['definition'] {
  return { digest, kind, name: clip(name, NAME_CAP), previous, state };
}

function questionRecord(time: number, note: ApprovalNote): LineOf<'approval'> {
  const { principal } = note;
  return {
    approval: {
      by: clipIfAny(note.by, NAME_CAP),
      expires: isoTime(note.expires),
      name: clip(note.name, NAME_CAP),
      reason: clipIfAny(note.reason, TEXT_CAP),
      revision: note.revision,
      rules: clipList(note.rules, NAME_CAP),
      state: note.state,
    },
    event: 'approval',
    method: note.method === null ? null : clip(note.method, NAME_CAP),
    prev: '',
    principal: principal && {
      groups: clipAll(principal.groups, NAME_CAP),
      issuer: clipIfAny(principal.issuer, 2048),
      kind: clip(principal.kind, NAME_CAP),
      name: clip(principal.name, NAME_CAP),
    },
    prompt: clipIfAny(note.prompt, NAME_CAP),
    resource: clipIfAny(note.resource, 2048),
    seq: 0,
    server: '',
    session: clipIfAny(note.session, NAME_CAP),
    stream: '',
    time: isoTime(time),
    tool: clipIfAny(note.tool, NAME_CAP),
    traceId: clip(note.traceId, NAME_CAP),
    v: AUDIT_SCHEMA_VERSION,
  };
}

type GateEvent = Exclude<AuditEvent, 'decision' | 'intent' | 'approval'>;
/** What the lines of all these events have besides their place in the chain. */
type Said = { [Name in SaidName]?: SaidIn<GateEvent, Name> | undefined };
type SaidName = Exclude<{ [E in GateEvent]: keyof LineOf<E> }[GateEvent], keyof Chained>;
type SaidIn<E extends GateEvent, Name> = E extends GateEvent
  ? Name extends keyof LineOf<E>
    ? LineOf<E>[Name]
    : never
  : never;
type Chained = Pick<LineOf<'close'>, 'event' | 'prev' | 'seq' | 'server' | 'stream' | 'time' | 'v'>;
/** One literal for all of them: what an event does not have is undefined in it. */
type GateLine = { [Name in SaidName]: Said[Name] } & Omit<Chained, 'event'> & { event: GateEvent };

function gateRecord(event: GateEvent, time: number, said: Said): GateLine {
  return {
    checkpoint: said.checkpoint,
    clients: said.clients,
    continues: said.continues,
    definition: said.definition,
    ending: said.ending,
    event,
    from: said.from,
    gate: said.gate,
    key: said.key,
    lost: said.lost,
    policy: said.policy,
    prev: '',
    refusals: said.refusals,
    released: said.released,
    revocations: said.revocations,
    seq: 0,
    server: '',
    stream: '',
    time: isoTime(time),
    v: AUDIT_SCHEMA_VERSION,
  };
}
