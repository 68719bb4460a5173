/**
 * A call that asks what was asked before is answered with what the server said then, where a pack wants it so (core/policy/cache). It has
 * passed every step of the path by now, and its answer passes the door of answers like any other: what is kept takes the place of the
 * server and of nothing else.
 */
import type { JudgedCall } from '../../call/call.ts';
import { viewOf } from '../../call/stages.ts';
import { principalKey } from '../../../core/policy/principal.ts';
import type { CachePlan } from '../../../core/policy/cache/cache-plans.ts';
import { serverChecksTokens } from '../../identity/who-checks.ts';
import type { UpstreamSink } from '../../upstream/upstream.ts';
import type { PathParts } from '../parts.ts';
import { type CacheKey, keyOf } from './cache-key.ts';

type Parts = Pick<PathParts, 'clock' | 'credentials' | 'metrics' | 'policy' | 'results'>;

/** Gives the answer in the server's place. */
export type KeptAnswer = (sink: UpstreamSink) => void;

/** Undefined: the server is to be asked. What its answer then means for what is kept goes with the call. */
export function findKept(call: JudgedCall, gate: Parts): KeptAnswer | undefined {
  const tool = toolOf(call);
  const { cache, revision } = gate.policy.current() ?? {};
  // What goes on as a task may change something until its end, of which its client hears by asking.
  const changing = tool ?? call.judgement.taskTool;
  if (changing === undefined || cache === undefined) return undefined;
  gate.results.store.follow(revision);
  const clears = cache.clearedBy(changing);
  if (clears.length > 0) {
    call.course.clears = clears;
    call.course.onEnded = gate.results.store.beginClearing(clears);
    return undefined;
  }
  const plan = tool === undefined ? undefined : cache.of(tool);
  // By the rules of before nothing is kept, and nothing answered.
  return tool === undefined || plan === undefined || call.reading.policy?.revision !== revision
    ? undefined
    : lookUp(call, gate, tool, plan);
}

function lookUp(call: JudgedCall, gate: Parts, tool: string, plan: CachePlan): KeptAnswer | undefined {
  const { store, place } = gate.results;
  const key = mayBeKept(call, plan) ? keyOfCall(call, gate, tool, plan) : undefined;
  const ticket = key === undefined ? undefined : store.ticket({ key, tool, place, plan });
  if (ticket === undefined) return undefined;
  const kept = store.find(ticket.key);
  const { cache } = gate.metrics.self;
  cache.lookedUp(kept === undefined ? 'miss' : kept.result === undefined ? 'would-hit' : 'hit');
  if (kept === undefined) call.course.keeps = ticket;
  const { id } = call;
  if (kept?.result === undefined || id === null) return undefined;
  const ageMs = Math.max(0, Math.round(gate.clock.monotonic() - kept.at));
  call.course.keptMs = ageMs;
  const answer = kept.result.answer(id, ageMs);
  return (sink) => {
    sink.onHead(200, { 'content-type': 'application/json' });
    sink.onData(answer);
    sink.onEnd();
  };
}

function toolOf({ reading, judgement }: JudgedCall): string | undefined {
  const [target, ...others] = judgement.targets;
  if (reading.head?.kind !== 'request' || reading.head.method !== 'tools/call') return undefined;
  return target?.kind === 'tool' && others.length === 0 ? target.name : undefined;
}

/** What a person was asked about is done once for it; of whom nothing is known, nobody can tell whether it is the same again. */
function mayBeKept({ judgement, reading, course, principal, content }: JudgedCall, plan: CachePlan): boolean {
  const isHeld =
    judgement.verdict?.effect === 'RequireApproval' || course.approval !== undefined || reading.resumed !== undefined;
  // What was taken out of the arguments makes calls alike that are not.
  if (isHeld || judgement.edits.length > 0 || content?.exact !== true) return false;
  // Only the server knows whom it would answer.
  if (serverChecksTokens(reading.policy)) return false;
  return principal !== undefined && !(plan.perPrincipal && principal.kind === 'anonymous');
}

function keyOfCall(call: JudgedCall, gate: Parts, tool: string, plan: CachePlan): string | undefined {
  const { content, reading, principal, request } = call;
  const params = content === undefined ? undefined : viewOf(content)?.view('params');
  const definition = gate.results.definitionOf(tool, plan);
  if (content === undefined || params === undefined || principal === undefined || definition === undefined)
    return undefined;
  const shown = gate.credentials.look({ principal, authorization: request.headers.authorization });
  if (shown.kind !== 'shown') return undefined;
  const { headers, query, env } = shown.shown;
  const of: CacheKey = {
    place: gate.results.place,
    revision: reading.policy?.revision ?? '',
    definition,
    version: call.answeredIn?.version ?? '',
    era: reading.revision.era,
    headers: request.headers,
    credentials: { headers, query, env },
    principal: plan.perPrincipal ? principalKey(principal) : undefined,
  };
  return keyOf(content.body, params, of);
}
