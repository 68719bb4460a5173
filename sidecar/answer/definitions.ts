/** Which definitions in an answer may be shown: what policy makes of each, on record once for each that it has anything to say of. */
import { skeletonOf } from '../../core/inspect/definitions/confusables.ts';
import type { DefinitionKind } from '../../core/inspect/definitions/definition.ts';
import { inspectName, KnownNames } from '../../core/inspect/definitions/names.ts';
import type { Finding } from '../../core/inspect/finding.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import { recordDefinition } from '../call/record-definition.ts';
import type { Call } from '../call/call.ts';
import type { SeenDefinition } from '../memory/definitions.ts';
import type { AnswerParts } from './parts.ts';

/**
 * Of what has not been looked at before, in one answer: 100 ms, and several times that in a process that has just begun. The largest
 * lists there are have half of it. What was looked at is known when the list is asked for again.
 */
const MAX_READ_BYTES = 1024 * 1024;

export class DefinitionDoor {
  readonly #call: Call;
  readonly #gate: AnswerParts;
  readonly #policy: Policy;
  #left = MAX_READ_BYTES;

  /** `policy`: in force now. */
  constructor(call: Call, gate: AnswerParts, policy: Policy) {
    this.#call = call;
    this.#gate = gate;
    this.#policy = policy;
  }

  /** There was more in the answer than is looked at, so that not all of it was decided on. */
  get isExhausted(): boolean {
    return this.#left < 0;
  }

  /** Whether the definition with this text may be shown. It counts as listed either way. */
  mayShow(kind: DefinitionKind, name: string, bytes: Buffer, names?: ListNames): boolean {
    const { definitions } = this.#gate;
    if (!definitions.hasRoomFor(kind, name)) this.#left = -1;
    else if (!definitions.knows(kind, bytes, names?.own)) this.#left -= bytes.length;
    if (this.isExhausted) return false;
    const read = definitions.read(kind, name, bytes, names?.own);
    const clash = names?.clash(name);
    const own = clash === undefined ? read : { ...read, findings: [...read.findings, { ...clash, pointer: '/name' }] };
    const isPinned = this.#policy.definitions.pins && kind !== 'resource';
    definitions.listed(own, isPinned ? bytes : undefined);
    const seen = definitions.withClash(own);
    const verdict = this.#policy.definitions.judge(seen, definitions.pinsOf(kind, name));
    const isShown = verdict.effect !== 'Deny';
    if (isPinned && isShown) definitions.used(seen);
    if (isPinned) definitions.tellKeeper(seen, bytes, isShown, isOther(verdict));
    if (isPinned && isOther(verdict)) definitions.changed(seen);
    if (verdict.rules.length > 0 || verdict.would !== undefined) this.#tell(seen, verdict);
    return isShown;
  }

  /** Of a list with these names; `isWhole`: there is no other page behind it. */
  namesOf(names: readonly string[], isWhole: boolean): ListNames {
    if (!isWhole) return new ListNames(undefined);
    const own = new Set(names.map(skeletonOf));
    this.#gate.definitions.addNamesTo(own);
    return new ListNames(own);
  }

  /** Lists are asked for again and again; that one of them had it is told once under a policy. */
  #tell(seen: SeenDefinition, verdict: Verdict): void {
    const { kind, name, digest, findings } = seen;
    const what = JSON.stringify([this.#policy.revision, kind, name, digest ?? findings.length]);
    if (this.#gate.audit.state !== 'ok' || !this.#gate.definitions.tell(what)) return;
    recordDefinition(this.#call, this.#gate, seen, verdict);
  }
}

/** It is not what a pack, in shadow or not, goes by. That of which nobody could be told is told when it is listed again. */
function isOther({ findings, would }: Verdict): boolean {
  return findings.some(isOfPin) || (would?.findings.some(isOfPin) ?? false);
}

function isOfPin({ detector, reason }: Finding): boolean {
  return detector === 'pin' && reason !== 'not-told';
}

/** What the tools, or the prompts, of one list are called. */
export class ListNames {
  /** Skeletons of all names of the server; undefined where they are not known. */
  readonly own: ReadonlySet<string> | undefined;
  readonly #before = new KnownNames();

  constructor(own: ReadonlySet<string> | undefined) {
    this.own = own;
  }

  /** With a name in front of it in the list: which of the two a client means by it is not known. */
  clash(name: string): Finding | undefined {
    const other = this.#before.like(name);
    if (other === undefined) this.#before.add({ name, owner: 'this server' });
    return other === undefined ? undefined : inspectName(name, this.#before);
  }
}
