/** What a policy made of a message, as the gate put it on record. */
import type { AnswerRecord, DecisionInput } from '../../core/audit/record.ts';
import { isObject, type JsonObject } from '../../core/mcp/message.ts';
import type { PlacedFinding } from '../../core/policy/findings.ts';
import { strictestOf } from '../../core/policy/strictest.ts';
import { NOTHING_TO_DECIDE, type Verdict } from '../../core/policy/verdict.ts';
import type { Exchange } from './rehearsal.ts';

export interface Outcome {
  readonly verdict: Verdict;
  /** What the model, or the server that asks, reads instead; undefined where nothing is refused. */
  readonly refusal: string | undefined;
}

/** Of the call itself. */
export function ofCall(exchange: Exchange): Outcome {
  const line = exchange.lines.at(-1);
  if (line === undefined) throw new Error('every call goes on record');
  return {
    verdict: verdictOf(line.decision),
    refusal: exchange.got.length === 0 ? wordsOf(exchange.answer) : undefined,
  };
}

/** Of what the server answered, and of all that it said before. */
export function ofAnswer(exchange: Exchange): Outcome {
  const line = exchange.lines.at(-1);
  const answer = line?.decision.answer;
  const verdict = answer === undefined ? NOTHING_TO_DECIDE : verdictOf(answer);
  // What cannot be read is not shown either, and no rule says so.
  const isLost = line !== undefined && line.outcome !== 'answered';
  return withWords(isLost ? { ...verdict, effect: 'Deny' } : verdict, exchange.answer);
}

/** Of what the server asked of its client on the way. */
export function ofAsk({ lines, got }: Exchange): Outcome {
  const asked = lines.slice(0, -1).map(({ decision }) => verdictOf(decision));
  const said = lines.at(-1)?.decision.answer;
  const verdict = strictestOf([NOTHING_TO_DECIDE, ...asked, ...(said === undefined ? [] : [verdictOf(said)])]);
  const told = got.find((message) => message['method'] === undefined);
  return { verdict, refusal: told === undefined ? undefined : wordsOf(told) };
}

/** Of definitions that were listed. `leftOut`: how many of them do not arrive. */
export function ofLists(exchanges: readonly Exchange[], leftOut: number): Outcome {
  const verdicts = exchanges.flatMap(({ lines }) =>
    lines.flatMap(({ decision }) => [
      ...(decision.reason.startsWith('definition-') ? [verdictOf(decision)] : []),
      ...(decision.answer === undefined ? [] : [verdictOf(decision.answer)]),
    ]),
  );
  const verdict = strictestOf([NOTHING_TO_DECIDE, ...verdicts]);
  const refused = exchanges.find(({ answer }) => answer['error'] !== undefined);
  const isLess = leftOut > 0 || refused !== undefined;
  return {
    verdict: isLess && verdict.effect !== 'Deny' ? { ...verdict, effect: 'Deny', rules: [] } : verdict,
    refusal: refused === undefined ? undefined : wordsOf(refused.answer),
  };
}

function withWords(verdict: Verdict, answer: JsonObject): Outcome {
  return { verdict, refusal: verdict.effect === 'Deny' ? wordsOf(answer) : undefined };
}

type Recorded = Pick<
  DecisionInput['decision'] | AnswerRecord,
  'effect' | 'rules' | 'findings' | 'wouldEffect' | 'wouldRules' | 'wouldFindings'
>;

function verdictOf(recorded: Recorded): Verdict {
  const { effect, rules, findings = [], wouldEffect, wouldRules = [], wouldFindings = [] } = recorded;
  const would =
    wouldEffect === undefined
      ? undefined
      : { effect: wouldEffect, rules: wouldRules, findings: wouldFindings.map(placed) };
  return { ...NOTHING_TO_DECIDE, effect, rules, findings: findings.map(placed), would };
}

/** What a line leaves out of a finding is still there before it is written. */
function placed(finding: PlacedFinding | NonNullable<Recorded['findings']>[number]): PlacedFinding {
  return { message: '', span: undefined, evidence: '', ...finding };
}

/** The words of an error, or of a result that is one. */
function wordsOf({ error, result }: JsonObject): string {
  if (isObject(error)) return String(error['message']);
  const content = isObject(result) ? result['content'] : undefined;
  const [block] = Array.isArray(content) ? (content as readonly unknown[]) : [];
  return isObject(block) ? String(block['text']) : '';
}
