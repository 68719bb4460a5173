/**
 * What the server has answered becomes part of the past, before its client can act on it. Changes nothing in the answer. What a task was
 * begun for is answered when its result is told: as an answer of its own (MCP 2025-11-25), or with the state of the task (the extension).
 */
import type { JsonView } from '../../../core/mcp/json-view.ts';
import type { Call } from '../../call/call.ts';
import { countSpent } from '../../call/spent.ts';
import { note } from '../../memory/history/history.ts';
import type { Past } from '../../memory/history/past.ts';
import type { Answer, Ruling } from '../check.ts';
import type { AnswerParts } from '../parts.ts';

export function noteHistory({ call, terms, result, error, offers, text, gate }: Answer): Ruling {
  const said = offers.taskId === undefined ? (result ?? error) : undefined;
  if (said !== undefined && terms?.past !== undefined) note(gate.history, terms.past.onSaid(said));
  // One that only says what is needed to go on is no answer yet: nothing has succeeded.
  const isWhole =
    offers.taskId === undefined && offers.inputRequests === undefined && offers.requestState === undefined;
  if (terms?.past !== undefined && isWhole) noteResult(terms.past, result, text.length, call, gate);
  const { taskPast } = terms ?? {};
  if (taskPast === undefined) return undefined;
  // A task that has failed is over before its result, or its error, is asked for.
  if (said !== undefined && terms?.method === 'tasks/result') note(gate.history, taskPast.onSaid(said));
  if (result === undefined) return undefined;
  if (terms?.method === 'tasks/result') noteResult(taskPast, result, text.length, call, gate);
  else noteTask(taskPast, result, text.length, call, gate);
  return undefined;
}

/** `told`: the state of a task, from wherever it is told. */
export function noteTask(past: Past, told: JsonView, bytes: number, call: Call, gate: AnswerParts): void {
  const result = told.view('result');
  for (const said of [result, told.view('error'), told.view('inputRequests')])
    if (said !== undefined) note(gate.history, past.onSaid(said));
  if (result !== undefined || ENDED_BADLY.has(told.string('status') ?? '')) noteResult(past, result, bytes, call, gate);
}

const ENDED_BADLY: ReadonlySet<string> = new Set(['failed', 'cancelled']);

function noteResult(past: Past, result: JsonView | undefined, bytes: number, call: Call, gate: AnswerParts): void {
  const ok = result !== undefined && result.value('isError') !== true;
  const answer = { ok, bytes, result, now: gate.clock.now() };
  note(gate.history, past.onAnswer(answer), (outcome) => countSpent(call, past.answered(outcome, answer), gate));
}
