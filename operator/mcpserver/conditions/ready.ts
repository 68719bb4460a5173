/** Ready: calls to the endpoint are answered under the wanted policy. Sums up the others; the first that says no gives the reason. */
import { SIDECAR_PORT } from '../../names.ts';
import type { ServerFacts } from '../facts.ts';
import { targetOfGate } from '../service-ports.ts';
import { no, type Verdict, yes } from '../verdict.ts';

export function ready(facts: ServerFacts, parts: Readonly<Record<string, Verdict>>): Verdict {
  const lost = withoutEndpoint(facts);
  if (lost !== undefined) return lost;
  for (const [type, verdict] of Object.entries(parts)) {
    if (verdict.status !== 'True') return no(verdict.reason, `${type}: ${verdict.message}`);
  }
  const serving = 'Calls to the endpoint pass the gate and are decided by the wanted policy';
  const refusing = facts.pods.find(({ tokenProblem }) => tokenProblem !== undefined);
  if (refusing === undefined) return yes('Serving', serving);
  // The clients of the other tokens are served.
  return yes('ServingSomeClients', `${serving}; but not every client token: ${refusing.tokenProblem}`);
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
