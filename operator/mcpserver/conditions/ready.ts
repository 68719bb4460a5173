/**
 * Ready: calls to the endpoint are answered under the wanted policy. Sums up the others; the first that says no gives the reason. A policy
 * that is on its way leaves it as it was: every edit would be an outage otherwise to whoever waits for Ready, and none is.
 */
import type { Condition } from '../../kit/conditions.ts';
import { SIDECAR_PORT } from '../../names.ts';
import type { ServerFacts } from '../facts.ts';
import { targetOfGate } from '../service-ports.ts';
import { no, type Verdict, yes } from '../verdict.ts';

export function ready(facts: ServerFacts, parts: Readonly<Record<string, Verdict>>): Verdict {
  const { object, server } = facts;
  const lost = withoutEndpoint(facts);
  if (lost !== undefined) return lost;
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
  const without = withoutKey(facts);
  if (without !== undefined) return without;
  const serving = 'Calls to the endpoint pass the gate and are decided by the wanted policy';
  const refusing = facts.pods.find(({ tokenProblem }) => tokenProblem !== undefined);
  if (refusing === undefined) return yes('Serving', serving);
  // The clients of the other tokens are served.
  return yes(
    'ServingSomeClients',
    `${serving}; but not all that is said of clients could be read: ${refusing.tokenProblem}`,
  );
}

/** What a gate said of keys that are not asked for any more says nothing. */
function withoutKey({ server, pods }: ServerFacts): Verdict | undefined {
  if (server.spec.upstream?.credentials === undefined) return undefined;
  const problem = pods.find(({ credentialProblem }) => credentialProblem !== undefined)?.credentialProblem;
  if (problem === undefined) return undefined;
  return no('CredentialsMissing', `Calls that need this key are not sent to the server: ${problem}`);
}

function withoutEndpoint({ endpoint, object, server, pods }: ServerFacts): Verdict | undefined {
  const name = server.spec.service?.name ?? object.metadata.name;
  if (endpoint.kind === 'missing') {
    return no(
      'ServiceMissing',
      `spec.service.create is false, and there is no Service ${name} of yours. Create it with a port whose targetPort is ${gatePortOf(pods)}, or remove spec.service.create.`,
    );
  }
  if (endpoint.kind !== 'taken') return undefined;
  const where = endpoint.around ? 'leads to the port of the server, around the gate' : 'does not lead to the gate';
  return no(
    'ServiceNameTaken',
    `Service ${name} is there already, is not this MCPServer's and ${where}, so there is no endpoint. Let it select the pods and set its targetPort to ${gatePortOf(pods)}, give another name in spec.service.name, such as ${name.slice(0, 59)}-mcp, or delete it.`,
  );
}

function gatePortOf([first]: ServerFacts['pods']): string {
  return first === undefined ? String(SIDECAR_PORT) : targetOfGate(first);
}
