/**
 * What a witness says of a checkpoint: C2SP tlog-cosignature, cosignature/v1 (https://c2sp.org/tlog-cosignature). It has seen that the tree
 * goes on from the one before, and has seen it at that time: so what the checkpoint covers is no younger.
 */
import { sign, verify } from 'node:crypto';
import type { CosigningKey, WitnessKey } from './note-keys.ts';
import type { SignedNote } from './signed-note.ts';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

export interface Cosignature {
  readonly by: WitnessKey;
  /** When the witness signed, by its own clock: whole seconds since the epoch. */
  readonly time: number;
}

/** The line of a cosignature, with its newline: it is put behind a note. `text` is that of the note; `time` in whole seconds since the epoch. */
export function cosignatureLine(text: string, time: number, { privateKey, verifier }: CosigningKey): string {
  const stamp = Buffer.alloc(TIME_BYTES);
  stamp.writeBigUInt64BE(BigInt(time));
  const signature = sign(null, Buffer.from(messageOf(text, time)), privateKey);
  const bytes = Buffer.concat([Buffer.from(verifier.id, 'hex'), stamp, signature]);
  return `— ${verifier.name} ${bytes.toString('base64')}\n`;
}

/** Those of the witnesses given; or `wrong`, where one of them has not made the cosignature that names it. */
export function cosignaturesOf(
  { text, signatures }: SignedNote,
  witnesses: Iterable<WitnessKey>,
): Cosignature[] | 'wrong' {
  const found: Cosignature[] = [];
  for (const by of witnesses) {
    for (const { name, id, value } of signatures) {
      if (name !== by.name || id !== by.id) continue;
      const time = timeOf(value);
      if (time === undefined) return 'wrong';
      const message = Buffer.from(messageOf(text, time));
      if (!verify(null, message, by.publicKey, value.subarray(TIME_BYTES))) return 'wrong';
      found.push({ by, time });
    }
  }
  return found;
}

function messageOf(text: string, time: number): string {
  return `cosignature/v1\ntime ${time}\n${text}`;
}

/** Undefined for what is no timestamped_signature of Ed25519, or of a time that no clock shows. */
function timeOf(value: Buffer): number | undefined {
  if (value.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const time = Number(value.readBigUInt64BE());
  return time <= MAX_TIME ? time : undefined;
}

/** The last second that a Date can hold (ECMA-262, Time Values). */
const MAX_TIME = 8.64e12;
