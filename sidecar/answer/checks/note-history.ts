/** What the server has answered becomes part of the past, before its client can act on it. Changes nothing in the answer. */
import { countSpent } from '../../call/spent.ts';
import { note } from '../../memory/history/history.ts';
import type { Answer, Ruling } from '../check.ts';

export function noteHistory({ call, terms, result, text, gate }: Answer): Ruling {
  const past = terms?.past;
  if (past === undefined) return undefined;
  const ok = result !== undefined && result.value('isError') !== true;
  const answer = { ok, bytes: text.length, result, now: gate.clock.now() };
  note(gate.history, past.onAnswer(answer), (outcome) => countSpent(call, past.answered(outcome, answer), gate));
  return undefined;
}
