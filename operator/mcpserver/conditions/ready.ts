/**
 * Ready: calls to the endpoint are answered under the wanted policy. Sums up the others; the first that says no gives the reason. A policy
 * that is on its way leaves it as it was: every edit would be an outage otherwise to whoever waits for Ready, and none is.
 */
import type { ServerFacts } from '../facts.ts';
import type { Condition } from '../../kit/conditions.ts';
import { no, type Verdict, yes } from '../verdict.ts';

export function ready(facts: ServerFacts, parts: Readonly<Record<string, Verdict>>): Verdict {
  const { nameTakenBy, object, server } = facts;
  if (nameTakenBy !== undefined) {
    const { name } = object.metadata;
    return no(
      'ServiceNameTaken',
      `Service ${name} exists and is not this MCPServer's, so it has no endpoint. Give the MCPServer another name, such as ${name.slice(0, 59)}-mcp, or delete that Service.`,
    );
  }
  const wasReady = ((object.status?.['conditions'] ?? []) as Condition[]).some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
  const isStopped = server.spec.run?.replicas === 0 && facts.pods.length === 0;
  for (const [type, verdict] of Object.entries(parts)) {
    const { status, reason } = verdict;
    if (status === 'True' || (reason === 'Delivering' && wasReady) || (reason === 'NoPods' && isStopped)) continue;
    const passes = status === 'Unknown' || verdict.passes === true;
    return { ...no(reason, `${type}: ${verdict.message}`), ...(passes ? { passes } : {}) };
  }
  if (isStopped)
    return yes('ScaledToZero', 'spec.run.replicas is 0: nothing runs, as it is wanted, and nothing answers');
  const serving = 'Calls to the endpoint pass the gate and are decided by the wanted policy';
  const refusing = facts.pods.find(({ tokenProblem }) => tokenProblem !== undefined);
  if (refusing === undefined) return yes('Serving', serving);
  // The clients of the other tokens are served.
  return yes('ServingSomeClients', `${serving}; but not every client token: ${refusing.tokenProblem}`);
}
