/** What the server has answered becomes part of the past, before its client can act on it. Changes nothing in the answer. */
import { note } from '../../memory/history/history.ts';
import type { Answer, Ruling } from '../check.ts';

export function noteHistory({ terms, result, text, gate }: Answer): Ruling {
  const past = terms?.past;
  if (past === undefined) return undefined;
  const ok = result !== undefined && result.value('isError') !== true;
  note(gate.history, past.onAnswer({ ok, bytes: text.length, result, now: gate.clock.now() }));
  return undefined;
}
