/** Policy decides on what the call names. */
import type { Clock } from '../../../core/clock.ts';
import { hmacSha256Hex } from '../../../core/digest.ts';
import type { Target } from '../../../core/mcp/catalogue.ts';
import { type Refusal, refuse, refuseInWords } from '../../../core/mcp/refusals.ts';
import { decideSent } from '../../../core/policy/decide-sent.ts';
import { explainRefusal, explainScopes } from '../../../core/policy/explain.ts';
import { Inspection } from '../../../core/policy/inspection.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { scopesToAsk } from '../../../core/policy/step-up.ts';
import { isNoRule } from '../../../core/policy/verdict.ts';
import type { JudgingMessage } from '../../call/call.ts';
import { momentOf } from '../../call/moment.ts';
import { type Content, viewOf } from '../../call/stages.ts';
import { unknownMethod } from './unknown-method.ts';

interface Parts {
  readonly clock: Clock;
  readonly digestKey: Buffer;
}

export function decideByPolicy(call: JudgingMessage, gate: Parts): Refusal | undefined {
  const { content, reading, judgement, list } = call;
  const { principal } = call.entry.proof;
  const { policy } = reading;
  if (policy === undefined) return refuse('no-policy');
  const { targets } = judgement;
  const target = targets[0];
  if (target === undefined) return undefined;
  const args = argumentsOf(content);
  if (args !== undefined) judgement.argumentsHmac = hmacSha256Hex(gate.digestKey, args);
  const inspection = list?.inspection ?? (policy.isCostly(target.kind) ? new Inspection(gate.clock) : undefined);
  const moment = policy.index(target.kind).hasConditions ? momentOf(call, gate.clock) : undefined;
  const context = { principal, targets, inspection, moment };
  const verdict = decideSent(policy, context, args);
  judgement.verdict = verdict;
  // They are decided on; what the call says goes with its content.
  judgement.targets = targets.map(withoutArguments);
  const scopes = isNoRule(verdict) ? scopesToAsk(policy, context) : undefined;
  if (scopes !== undefined) return refuseForScopes(scopes, target, policy, call);
  const cause = verdict.causes[0]?.kind;
  if (target.kind === 'method' && cause === 'no-rule') return unknownMethod(call, target.name);
  if (verdict.effect !== 'Deny') return undefined;
  const words = explainRefusal(verdict, target, principal);
  const reason = cause === 'inspection-budget' ? 'inspection-budget' : 'denied';
  return refuseInWords(reason, words, { rules: verdict.rules, revision: policy.revision });
}

/** Whoever has shown nothing is asked for a token; who cannot have scopes hears of them, and that is all. */
function refuseForScopes(scopes: readonly string[], target: Target, policy: Policy, call: JudgingMessage): Refusal {
  const { principal } = call.entry.proof;
  const words = explainScopes(scopes, target, principal);
  const data = { scopes, revision: policy.revision };
  if (principal.kind === 'anonymous' && policy.bundle.server.access.jwt !== undefined)
    return refuseInWords('unauthenticated', words, data).asking(scopes);
  if (principal.scopes === undefined) return refuseInWords('denied', words, { rules: [], revision: policy.revision });
  return refuseInWords('insufficient-scope', words, data).asking(scopes);
}

/** As they were sent. */
function argumentsOf(content: Content): Buffer | undefined {
  const span = viewOf(content)?.view('params')?.span('arguments');
  return span === undefined ? undefined : content.body.subarray(span.start, span.end);
}

function withoutArguments({ kind, name }: Target): Target {
  return { kind, name, args: undefined };
}
