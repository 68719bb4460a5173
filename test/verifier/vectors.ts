/** Logs with what a verifier has to say of them: whole ones, and what people do to them. Made with a key of the tests' own. */
import { lineHash } from '../../core/audit/chain.ts';
import { KEY, OTHER_KEY, signedStream } from '../../core/audit/testing/signed-stream.ts';

export const VERIFIER_KEY = KEY.verifier.text;

export interface Vector {
  readonly name: string;
  readonly lines: readonly string[];
  /** The first thing that is wrong: in our words and in those of the second verifier. */
  readonly problem: readonly [ours: string, second: string] | undefined;
  /** Lines that checkpoints cover. */
  readonly signed: number;
}

const whole = signedStream({ decisions: 12, signAfter: [3, 7, 12] });
const two = [...whole, ...signedStream({ stream: 's2', after: whole })];
const split = signedStream({ decisions: 12, signAfter: [3, 12], fileAfter: 7 });

type Change = (record: Record<string, unknown>) => void;

/** The record at this place changed, and the chain computed anew from there on, as anybody can who may write the file. */
function forged(lines: readonly string[], at: number, change: Change): string[] {
  const all = [...lines];
  for (let index = at; index < all.length; index += 1) {
    const record = JSON.parse(all[index] ?? '') as Record<string, unknown>;
    if (index === at) change(record);
    else record['prev'] = lineHash(all[index - 1] ?? '');
    all[index] = JSON.stringify(record);
  }
  return all;
}

const deletes: Change = (record) => void (record['tool'] = 'delete');

export const VECTORS: readonly Vector[] = [
  { name: 'whole', lines: whole, problem: undefined, signed: 15 },
  { name: 'two-streams', lines: two, problem: undefined, signed: 22 },
  { name: 'killed', lines: whole.slice(0, 8), problem: undefined, signed: 4 },
  { name: 'goes-on-from-another-file', lines: split.slice(9), problem: undefined, signed: 6 },
  {
    name: 'one-byte-edited',
    lines: whole.with(5, (whole[5] ?? '').replace('read', 'raed')),
    problem: ['edited', 'not-linked'],
    signed: 4,
  },
  {
    name: 'chain-computed-anew',
    lines: forged(whole, 5, deletes),
    problem: ['checkpoint-mismatch', 'checkpoint-mismatch'],
    signed: 4,
  },
  {
    name: 'signed-by-another',
    lines: signedStream({ signer: OTHER_KEY }),
    problem: ['stranger-signed', 'stranger-signed'],
    signed: 0,
  },
  {
    name: 'beginning-forged',
    lines: forged(split.slice(9), 0, (record) => {
      (record['continues'] as { tree: string[] }).tree[0] = Buffer.alloc(32).toString('base64');
    }),
    problem: ['checkpoint-mismatch', 'checkpoint-mismatch'],
    signed: 0,
  },
];
