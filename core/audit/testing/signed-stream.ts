/** A stream as a gate writes it: opened, so many decisions, a checkpoint after each of them that `signAfter` names, and closed. */
import { Chain, lineHash } from '../chain.ts';
import { checkpointRecord, closeRecord, continueRecord, keyRecord, openRecord, releaseRecord } from '../gate-record.ts';
import { checkpointText, originOf } from '../note/checkpoint.ts';
import { cosignatureLine } from '../note/cosignature.ts';
import { type CosigningKey, cosigningKey, type SigningKey, signingKey } from '../note/note-keys.ts';
import { signNote } from '../note/signed-note.ts';
import { decisionRecord } from '../record.ts';

/** One second a line. */
const START = Date.parse('2026-11-21T10:00:00Z');
export const KEY = signingKey('sallyport/default/files', Buffer.alloc(32, 1));
export const OTHER_KEY = signingKey('sallyport/default/files', Buffer.alloc(32, 2));

export const WITNESS = cosigningKey('witness.example.com/w1', Buffer.alloc(32, 3));

export interface SignedStreamOptions {
  readonly stream?: string;
  readonly server?: string;
  /** After that decision another key is announced, which signs from the checkpoint after the next one on. */
  readonly rotateAfter?: number;
  readonly rotateTo?: SigningKey;
  readonly decisions?: number;
  readonly signAfter?: readonly number[];
  readonly signer?: SigningKey;
  /** Begins a new file after that decision. */
  readonly fileAfter?: number;
  readonly closes?: boolean;
  readonly after?: readonly string[];
  /** Says in its second line that the file with these lines was let go. */
  readonly releases?: readonly string[];
  /** A word in each decision. */
  readonly tool?: string;
  readonly secondsEach?: number;
}

/** Lines without their newlines. */
export function signedStream(options: SignedStreamOptions = {}): string[] {
  const { stream = 's1', decisions = 5, signAfter = [2, decisions], tool = 'read', server = 'default/files' } = options;
  let { signer = KEY } = options;
  let announced: SigningKey | undefined;
  const before = options.after?.at(-1);
  const chain = new Chain({
    stream,
    server,
    head: before === undefined ? undefined : { hash: lineHash(before) },
  });
  let time = START;
  const next = (): number => (time += 1000 * (options.secondsEach ?? 1));
  const checkpoint = (): string => {
    const text = checkpointText({ origin: originOf(stream), size: chain.next, root: chain.root() });
    const line = chain.append(checkpointRecord(next(), signNote(text, signer)));
    signer = announced ?? signer;
    return line;
  };
  const lines = [chain.append(openRecord(time, undefined, signer.verifier.text))];
  const released = options.releases?.at(-1);
  if (released !== undefined) {
    const last = { bytes: 1, file: 'audit-000001.jsonl', last: lineHash(released) };
    lines.push(chain.append(releaseRecord(next(), last)));
  }
  for (let at = 1; at <= decisions; at += 1) {
    lines.push(
      chain.append(
        decisionRecord({
          decision: { effect: 'Allow', mode: 'Enforce', reason: 'forwarded', revision: null, rules: [] },
          latency: { sallyportMs: 1 },
          method: 'tools/call',
          outcome: 'answered',
          principal: null,
          time: next(),
          tool,
          traceId: `trace-${at}`,
        }),
      ),
    );
    if (options.rotateAfter === at) {
      announced = options.rotateTo ?? OTHER_KEY;
      lines.push(chain.append(keyRecord(next(), announced.verifier.text)));
    }
    if (signAfter.includes(at)) lines.push(checkpoint());
    if (options.fileAfter === at) {
      const continues = { file: 'audit-000001.jsonl', reason: 'size' as const, tree: chain.subtrees() };
      lines.push(chain.append(continueRecord(next(), continues, signer.verifier.text)));
    }
  }
  if (options.closes !== false) lines.push(chain.append(closeRecord(next())));
  return lines;
}

/** The note of a checkpoint, signed. */
export function signedCheckpoint(origin: string, size: number, root: Uint8Array, signer: SigningKey = KEY): string {
  return signNote(checkpointText({ origin, size, root }), signer);
}

/** The checkpoints of these lines as a witness hands them on, each cosigned so many seconds after `START`. */
export function witnessedList(lines: readonly string[], seconds: number, by: CosigningKey = WITNESS): string {
  const notes = lines.flatMap((line) => {
    const { checkpoint } = JSON.parse(line) as { checkpoint?: string };
    return checkpoint === undefined ? [] : [checkpoint];
  });
  return notes
    .map((note) => {
      const text = note.slice(0, note.indexOf('\n\n') + 1);
      return `${note}${cosignatureLine(text, START / 1000 + seconds, by)}`;
    })
    .join('\n');
}
