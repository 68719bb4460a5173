/** Logs with what a verifier has to say of them: whole ones, and what people do to them. Made with a key of the tests' own. */
import { lineHash } from '../../core/audit/chain.ts';
import { KEY, OTHER_KEY, signedStream, WITNESS, witnessedList } from '../../core/audit/testing/signed-stream.ts';

export const VERIFIER_KEY = KEY.verifier.text;
export const WITNESS_KEY = WITNESS.verifier.text;

export interface Vector {
  readonly name: string;
  readonly lines: readonly string[];
  /** The first thing that is wrong: in our words and in those of the second verifier. */
  readonly problem: readonly [ours: string, second: string] | undefined;
  /** Lines that checkpoints cover. */
  readonly signed: number;
  /** Checkpoints that the witness has cosigned, and how many of the lines they prove. */
  readonly list?: string;
  readonly witnessed?: number;
  /** These are all the files of the log. */
  readonly isWhole?: boolean;
}

const whole = signedStream({ decisions: 12, signAfter: [3, 7, 12] });
const two = [...whole, ...signedStream({ stream: 's2', after: whole })];
const list = witnessedList(whole, 60);
const old = signedStream({ stream: 's0' });
const after = { after: old, releases: old };
// Announced in line 7, signed with the key before in line 10.
const rotated = signedStream({ decisions: 12, signAfter: [3, 6, 10, 12], rotateAfter: 4 });
const announced = signedStream({ decisions: 6, signAfter: [2], rotateAfter: 4, closes: false });
const split = signedStream({ decisions: 12, signAfter: [3, 12], fileAfter: 7 });

const files = { decisions: 12, signAfter: [3, 12], fileAfter: 7 };

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
  { name: 'witnessed', lines: whole, list, problem: undefined, signed: 15, witnessed: 15 },
  { name: 'tail-cut-off', lines: whole.slice(0, 10), list, problem: ['cut-off', 'cut-off'], signed: 9, witnessed: 9 },
  {
    name: 'made-anew-with-the-stolen-key',
    lines: signedStream({ decisions: 12, signAfter: [3, 7, 12], tool: 'forged' }),
    list,
    problem: ['rewritten', 'rewritten'],
    signed: 15,
    witnessed: 0,
  },
  {
    name: 'rewritten-behind-what-the-witness-saw-first',
    lines: signedStream({ decisions: 12, signAfter: [3, 7, 11, 12] }),
    list,
    problem: ['rewritten', 'rewritten'],
    signed: 16,
    witnessed: 9,
  },
  {
    name: 'stream-taken-away',
    lines: whole,
    list: `${list}\n${witnessedList(signedStream({ stream: 's2' }), 60)}`,
    problem: ['stream-missing', 'stream-missing'],
    signed: 15,
    witnessed: 15,
  },
  { name: 'key-announced', lines: rotated, problem: undefined, signed: 17 },
  {
    name: 'replaced-key-used-again',
    lines: [...rotated, ...signedStream({ stream: 's2', after: rotated })],
    problem: ['replaced-key', 'replaced-key'],
    signed: 17,
  },
  {
    name: 'key-announced-by-nobody',
    lines: [...announced, ...signedStream({ stream: 's2', signer: OTHER_KEY, after: announced })],
    problem: ['stranger-signed', 'stranger-signed'],
    signed: 3,
  },
  {
    name: 'signed-with-the-key-of-another-server',
    lines: signedStream({ server: 'default/mail' }),
    problem: ['other-server-signed', 'other-server-signed'],
    signed: 0,
  },
  { name: 'released', lines: signedStream(after), isWhole: true, problem: undefined, signed: 8 },
  {
    name: 'release-that-nobody-signed',
    lines: signedStream({ ...after, decisions: 3, signAfter: [] }),
    isWhole: true,
    problem: ['unsigned-lines', 'unsigned-lines'],
    signed: 0,
  },
  {
    name: 'files-taken-away',
    lines: signedStream({ decisions: 12, signAfter: [3, 12], fileAfter: 7 }).slice(9),
    isWhole: true,
    problem: ['missing-files', 'missing-files'],
    signed: 6,
  },
  {
    name: 'lines-added-behind-the-end',
    lines: signedStream({ decisions: 6, signAfter: [2], closes: false, secondsEach: 30 }),
    problem: ['unsigned-lines', 'unsigned-lines'],
    signed: 3,
  },
  {
    name: 'lines-added-before-the-end',
    lines: signedStream({ decisions: 6, signAfter: [2] }),
    problem: ['unsigned-lines', 'unsigned-lines'],
    signed: 3,
  },
  {
    name: 'stream-that-begins-again',
    lines: [...two, ...signedStream({ decisions: 12, signAfter: [3, 7, 12], tool: 'forged', after: two })],
    list,
    problem: ['out-of-order', 'out-of-order'],
    signed: 37,
    witnessed: 15,
  },
  {
    name: 'beginning-that-says-nothing-of-what-was-before',
    lines: forged(signedStream({ ...files, tool: 'forged' }).slice(9), 0, (record) => {
      delete (record['continues'] as { tree?: string[] }).tree;
    }),
    list: witnessedList(signedStream(files), 60),
    problem: ['rewritten', 'rewritten'],
    signed: 0,
    witnessed: 0,
  },
];
