/** Ready: calls to the endpoint are answered under the wanted policy. Sums up the others; the first that says no gives the reason. */
import type { ServerFacts } from '../facts.ts';
import { no, type Verdict, yes } from '../verdict.ts';

export function ready(facts: ServerFacts, parts: Readonly<Record<string, Verdict>>): Verdict {
  const { nameTakenBy, object } = facts;
  if (nameTakenBy !== undefined) {
    const { name } = object.metadata;
    return no(
      'ServiceNameTaken',
      `Service ${name} exists and is not this MCPServer's, so it has no endpoint. Give the MCPServer another name, such as ${name.slice(0, 59)}-mcp, or delete that Service.`,
    );
  }
  for (const [type, verdict] of Object.entries(parts)) {
    if (verdict.status !== 'True') return no(verdict.reason, `${type}: ${verdict.message}`);
  }
  const serving = 'Calls to the endpoint pass the gate and are decided by the wanted policy';
  const refusing = facts.pods.find(({ tokenProblem }) => tokenProblem !== undefined);
  if (refusing === undefined) return yes('Serving', serving);
  // The clients of the other tokens are served.
  return yes('ServingSomeClients', `${serving}; but not every client token: ${refusing.tokenProblem}`);
}
