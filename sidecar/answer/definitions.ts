/** Which definitions in an answer may be shown: what policy makes of each, on record once for each that it has anything to say of. */
import { skeletonOf } from '../../core/inspect/definitions/confusables.ts';
import type { DefinitionKind } from '../../core/inspect/definitions/definition.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import { recordDefinition } from '../call/record-definition.ts';
import type { Call } from '../call/call.ts';
import type { SeenDefinition } from '../memory/definitions.ts';
import type { AnswerParts } from './parts.ts';

export class DefinitionDoor {
  readonly #call: Call;
  readonly #gate: AnswerParts;
  readonly #policy: Policy;

  /** `policy`: in force now. */
  constructor(call: Call, gate: AnswerParts, policy: Policy) {
    this.#call = call;
    this.#gate = gate;
    this.#policy = policy;
  }

  /** Whether the definition with this text may be shown. It counts as listed either way. */
  mayShow(kind: DefinitionKind, name: string, bytes: Buffer, own: ReadonlySet<string> | undefined): boolean {
    const { definitions } = this.#gate;
    const seen = definitions.read(kind, name, bytes, own);
    definitions.listed(seen);
    const verdict = this.#policy.definitions.judge(seen);
    if (verdict.rules.length > 0 || verdict.would !== undefined) this.#tell(seen, verdict);
    return verdict.effect !== 'Deny';
  }

  /** Skeletons of these names and of all that the server has listed before. */
  namesWith(names: readonly string[]): ReadonlySet<string> {
    const all = new Set(names.map(skeletonOf));
    this.#gate.definitions.addNamesTo(all);
    return all;
  }

  /** Lists are asked for again and again; that one of them had it is told once under a policy. */
  #tell(seen: SeenDefinition, verdict: Verdict): void {
    const { kind, name, digest, findings } = seen;
    const what = JSON.stringify([this.#policy.revision, kind, name, digest ?? findings.length]);
    if (this.#gate.audit.state !== 'ok' || !this.#gate.definitions.tell(what)) return;
    recordDefinition(this.#call, this.#gate, seen, verdict);
  }
}
