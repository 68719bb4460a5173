/** A policy was taken, or was not: what a gate says of it in its log. The same rules as for the record of a call hold (record.ts). */
import { clip, clipIfAny, clipList, LIST_CAP } from './clip.ts';
import type { LineOf } from './schema/written.ts';

/** Null: everything, or everyone. */
export interface HaltNote {
  readonly by?: string | undefined;
  readonly principals: readonly string[] | null;
  readonly reason: string;
  readonly tools: readonly string[] | null;
}

/** A pack in force; `halt`: what it halts. */
export interface PackNote {
  readonly halt?: HaltNote | undefined;
  readonly mode: string;
  readonly ref: string;
}

/** A policy was taken, or was not. */
export interface PolicyNote {
  readonly event: 'policy';
  readonly packs: readonly PackNote[];
  readonly previous: string | null;
  readonly problem?: string | undefined;
  readonly revision: string | null;
  readonly state: 'Enforced' | 'Refused';
}

const NAME_CAP = 256;
const TEXT_CAP = 1024;

export function policyOf({ packs, previous, problem, revision, state }: PolicyNote): LineOf<'policy'>['policy'] {
  const shown = packs
    .slice(0, LIST_CAP)
    .map(({ halt, mode, ref }) => ({ halt: halt && haltOf(halt), mode, ref: clip(ref, NAME_CAP) }));
  return { packs: shown, previous, problem: clipIfAny(problem, TEXT_CAP), revision, state };
}

function haltOf({ by, principals, reason, tools }: HaltNote) {
  return {
    by: clipIfAny(by, NAME_CAP),
    principals: principals && clipList(principals, NAME_CAP),
    reason: clip(reason, TEXT_CAP),
    tools: tools && clipList(tools, NAME_CAP),
  };
}
