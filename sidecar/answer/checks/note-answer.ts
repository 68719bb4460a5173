/** Where traffic is recorded, an answer is noted as its server sent it. It changes nothing. */
import { tellOfAnswer } from '../../call/note-traffic.ts';
import type { Answer, Ruling } from '../check.ts';

export function noteAnswer({ terms, gate, result, error, text }: Answer): Ruling {
  if (gate.traffic !== undefined) tellOfAnswer(terms, { result, error, bytes: text.length }, gate);
  return undefined;
}
