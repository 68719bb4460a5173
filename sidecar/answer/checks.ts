/**
 * The list of an answer: every answer, of every era and on every stream, goes through all of these in this order. Each passes it, adds
 * edits or stops it; none ends the list for those behind it but by stopping the answer itself. What comes out is then looked through.
 */
import type { Edit } from '../../core/mcp/json-view.ts';
import type { Refusal } from '../../core/mcp/refusals.ts';
import { refusalMessage } from '../call/refusal-reply.ts';
import type { Answer, Check, Passage } from './check.ts';
import { tellOfGrant } from './checks/granted.ts';
import { stopHalted } from './checks/halted.ts';
import { learnHandshake } from './checks/handshake.ts';
import { checkInputRequests } from './checks/input-requests.ts';
import { keepResult } from './checks/keep-result.ts';
import { filterLists } from './checks/lists.ts';
import { checkInstructions } from './checks/instructions.ts';
import { noteAnswer } from './checks/note-answer.ts';
import { noteHistory } from './checks/note-history.ts';
import { offerTasks } from './checks/offer-tasks.ts';
import { checkPages } from './checks/pages.ts';
import { sealState } from './checks/request-state.ts';
import { rememberTask, sealTasks } from './checks/tasks.ts';
import { withEdits } from './edits.ts';
import { fitOutput } from './fit-output.ts';
import { screenMessage, screenRefusal } from './screen-answer.ts';

export const CHECKS: readonly Check[] = [
  noteAnswer,
  stopHalted,
  learnHandshake,
  checkPages,
  checkInputRequests,
  checkInstructions,
  filterLists,
  sealState,
  rememberTask,
  sealTasks,
  offerTasks,
  tellOfGrant,
  keepResult,
  noteHistory,
];

/** Throws `UnreadableMessage`. */
export function checkAnswer(answer: Answer, checks = CHECKS): Passage {
  let edits: Edit[] | undefined;
  for (const check of checks) {
    const ruling = check(answer);
    if (ruling === undefined) continue;
    if ('stop' in ruling) return { instead: insteadOf(answer, screened(ruling.stop, answer)) };
    (edits ??= []).push(...ruling.edits);
  }
  const edited = edits === undefined || edits.length === 0 ? undefined : withEdits(answer.text.whole, edits);
  const { content, call, gate } = answer;
  const shown = edited ?? (content === undefined ? undefined : answer.text.whole);
  const found = content === undefined || shown === undefined ? undefined : screenMessage(shown, content, call, gate);
  if (found === undefined || shown === undefined) return edited === undefined ? 'pass' : { instead: edited };
  if ('refusal' in found) return { instead: insteadOf(answer, found.refusal) };
  return { instead: fitOutput(shown, found.edits, found.bytes, answer.terms?.tool, gate.inputSchemas) };
}

/** Why an answer is stopped may be told in words of the server: names of methods, and addresses, that it asks for. */
function screened(refusal: Refusal, { content, call, gate }: Answer): Refusal {
  return content === undefined ? refusal : screenRefusal(refusal, content, call, gate);
}

/** The refusal under the id that its reader waits for; an error stays one. */
function insteadOf({ call, isOwn, id, error }: Answer, refusal: Refusal): string {
  return isOwn && error === undefined ? refusalMessage(call, refusal) : errorFor(id, refusal);
}

export function errorFor(id: string | number | undefined, { code, message, data }: Refusal): string {
  return JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code, message, data } });
}
