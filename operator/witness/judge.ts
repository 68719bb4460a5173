/**
 * Whether a checkpoint goes on from the one that is held: pure, by the rules of a witness (C2SP tlog-witness, https://c2sp.org/tlog-witness).
 * Nothing else is ever cosigned of a stream, whoever has signed it.
 */
import { isConsistent, type TreeHead } from '../../core/audit/tree/verify-proof.ts';

export interface Shown {
  /** The size that the proof begins at. */
  readonly old: number;
  /** RFC 9162 §2.1.4.1: from the tree of that size to this one. */
  readonly proof: readonly Uint8Array[];
  readonly head: TreeHead;
}

export type Judgement =
  | { readonly kind: 'extends' }
  /** It is the one that is held. */
  | { readonly kind: 'held' }
  /** Another one is held than the proof begins at; `size` is what it should begin at. */
  | { readonly kind: 'conflict'; readonly size: number }
  /** It has lines that differ from those that were cosigned. */
  | { readonly kind: 'fork'; readonly why: string };

/** `held`: undefined while nothing was cosigned of the stream. */
export function judge(held: TreeHead | undefined, { old, proof, head }: Shown): Judgement {
  const size = held?.size ?? 0;
  if (old !== size || head.size < size) return { kind: 'conflict', size };
  if (held === undefined) {
    // Everything goes on from nothing, and nothing has to be proven of it.
    return proof.length === 0 ? { kind: 'extends' } : { kind: 'fork', why: 'it proves something of an empty tree' };
  }
  if (head.size === size) {
    return Buffer.compare(head.root, held.root) === 0
      ? { kind: 'held' }
      : { kind: 'fork', why: `another checkpoint of the same ${size} lines was cosigned before` };
  }
  return isConsistent(held, head, proof)
    ? { kind: 'extends' }
    : {
        kind: 'fork',
        why: `the first ${size} of its ${head.size} lines are not proven to be those that were cosigned before`,
      };
}
