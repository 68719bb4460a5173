/** What the answer to a call will be read and decided by, taken from the call while its params are there. */
import { declaredByRequest, declaredIn } from '../../core/mcp/client-capabilities.ts';
import type { Call } from '../call/call.ts';
import { type AnswerTerms, NO_OBLIGATIONS } from '../memory/answer-terms.ts';

/** The call is about to be handed to the server: from now on an answer to it is one. Undefined for what has none. */
export function expectAnswer(call: Call): AnswerTerms | undefined {
  const { asked, message, revision, decision, method: rule } = call;
  if (message?.kind !== 'request') return undefined;
  const { method, params } = message;
  if (revision?.era === 'modern') call.declares = declaredByRequest(params);
  const terms: AnswerTerms = {
    method,
    rule,
    obligations: decision === undefined ? NO_OBLIGATIONS : { rules: decision.rules },
    declares: method === 'initialize' ? declaredIn(params['capabilities']) : undefined,
  };
  asked?.dispatch(terms);
  return terms;
}
