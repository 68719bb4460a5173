/** What the answer to a call will be read and decided by, taken from the call while its params are there. */
import { declaredIn } from '../../core/mcp/client-capabilities.ts';
import { NOTHING_TO_DECIDE } from '../../core/policy/verdict.ts';
import type { Target } from '../../core/mcp/catalogue.ts';
import type { ContentPlan } from '../../core/policy/content/content-plan.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Call } from '../call/call.ts';
import type { AnswerTerms } from '../memory/answer-terms.ts';

/** The call is about to be handed to the server: from now on an answer to it is one. Undefined for what has none. */
export function expectAnswer(call: Call): AnswerTerms | undefined {
  const { asked, content, judgement, policy } = call;
  if (content?.message?.kind !== 'request') return undefined;
  const { method, params } = content.message;
  const { rules, obligations } = judgement?.verdict ?? NOTHING_TO_DECIDE;
  const terms: AnswerTerms = {
    method,
    rule: judgement?.rule,
    rules,
    obligations,
    tool: toolOf(judgement?.targets[0]),
    taskTool: judgement?.taskTool,
    taskPast: judgement?.taskPast,
    content: policy === undefined ? undefined : contentOf(policy, judgement),
    traffic: call.course.traffic,
    keeps: call.course.keeps,
    clears: call.course.clears,
    past: call.course.past,
    declares: method === 'initialize' ? declaredIn(params['capabilities']) : undefined,
  };
  asked?.dispatch(terms);
  return terms;
}

/** A task has the result of a tool (MCP 2025-11-25, Tasks); which one it was, neither the call nor the answer says. */
function contentOf(policy: Policy, judgement: Call['judgement']): ContentPlan | undefined {
  const plans = policy.content('results');
  const door = judgement?.rule?.door;
  return door === 'task' || door === 'listen' ? plans.ofAny() : plans.of(toolOf(judgement?.targets[0]));
}

function toolOf(target: Target | undefined): string | undefined {
  return target?.kind === 'tool' ? target.name : undefined;
}
