/** Answers with definitions in them, on their way to a client. */
import type { DecisionInput } from '../../core/audit/record.ts';
import type { PolicyPackInput } from '../../core/api/policy-pack.ts';
import type { JsonObject } from '../../core/mcp/message.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { pack, policyOf } from '../../core/policy/testing/gen.ts';
import { MessageDoor } from '../answer/messages.ts';
import { expectAnswer } from '../answer/terms-of.ts';
import { answerParts, answerTo, callOf } from './answering.ts';

/** Everything may be used, and of definitions is asked what is said here. */
export function definitionsPolicy(definitions?: PolicyPackInput['spec']['definitions']): Policy {
  return policyOf(
    pack({
      tools: [{ names: ['*'], effect: 'Allow' }],
      resources: [{ uris: ['**'], effect: 'Allow' }],
      prompts: [{ names: ['*'], effect: 'Allow' }],
      definitions,
    }),
  );
}

/** No pack says anything of definitions. */
export const ALLOWED_DEFINITIONS: Policy = definitionsPolicy();
/** Hidden text is left out, and nothing else. */
export const HIDING: Policy = definitionsPolicy({});

/** What becomes of an answer to a request, and what is on record of it. */
export function throughDoor(
  policy: Policy,
  method: string,
  answer: object,
  parts = answerParts(policy),
): { readonly result: unknown; readonly lines: readonly DecisionInput[] } {
  parts.setPolicy(policy);
  const version = method === 'server/discover' ? '2026-07-28' : '2025-11-25';
  const call = callOf(parts, { version, method, policy });
  const text = Buffer.from(answerTo(1, answer));
  const passage = new MessageDoor(call, parts, expectAnswer(call), undefined).inspect(text, true);
  if (typeof passage === 'string') return { result: passage, lines: parts.lines };
  return { result: (JSON.parse(passage.instead.toString()) as { result: JsonObject }).result, lines: parts.lines };
}
