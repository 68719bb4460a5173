/** A stream of which only hashes are there: what a witness sees of it. */
import { signingKey } from '../../../core/audit/note/note-keys.ts';
import { signedCheckpoint } from '../../../core/audit/testing/signed-stream.ts';
import { leafHash } from '../../../core/audit/tree/compact-range.ts';
import { MarkedTree } from '../../../core/audit/tree/marked-tree.ts';
import { readSubmission } from '../../sidecar-api/checkpoint.ts';
import type { Submitted } from '../round.ts';

export const SERVER_KEY = signingKey('sallyport/finance/ledger', Buffer.alloc(32, 1));

const leaf = (n: number, branch: number) => leafHash((n * 1000 + branch).toString(16).padStart(64, '0'));

export class ShownStream {
  readonly origin: string;
  readonly pod: string;
  readonly #tree = new MarkedTree();

  /** `life`: when it began. */
  constructor(pod = 'ledger-1', life = '2026-11-30T09:00:00.000Z') {
    this.pod = pod;
    this.origin = `sallyport/finance/ledger/${pod}/${life}`;
  }

  /** Lines of another branch are other lines. */
  grow(to: number, branch = 0): this {
    while (this.#tree.end < to) this.#tree.append(leaf(this.#tree.end, branch));
    this.#tree.mark();
    return this;
  }

  body(old: number, key = SERVER_KEY): { old: number; proof: string[]; checkpoint: string } {
    const proof = (this.#tree.consistency(old, this.#tree.end) ?? []).map((hash) =>
      Buffer.from(hash).toString('base64'),
    );
    return { old, proof, checkpoint: signedCheckpoint(this.origin, this.#tree.end, this.#tree.root(), key) };
  }

  /** As the operator reads it. */
  shown(old: number): Submitted {
    const shower = {
      namespace: 'finance',
      server: 'ledger',
      pod: this.pod,
      podUid: `uid-${this.pod}`,
      podCreated: undefined,
    };
    const read = readSubmission(this.body(old), shower, [SERVER_KEY.verifier]);
    if (!('origin' in read)) throw new Error(JSON.stringify(read.body));
    return read.submitted;
  }
}
