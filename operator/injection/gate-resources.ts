/** CPU and memory of the gate: what the MCPServer says of it over what the chart says of all. Pure. */
import { amountOf } from '../../core/api/resources.ts';

type Amounts = Readonly<Record<string, number | string | undefined>>;

export interface Resources {
  readonly requests?: Amounts | undefined;
  readonly limits?: Amounts | undefined;
}

/**
 * Amount by amount. A request of the chart above a limit that the MCPServer names is lowered to it, and a limit below a request raised:
 * a pod whose request is above its limit is refused by the API server, and of the two the MCPServer speaks of this gate.
 */
export function gateResources(ofChart: Resources, ofServer: Resources | undefined): Resources {
  if (ofServer === undefined) return ofChart;
  const requests: Record<string, number | string> = {};
  const limits: Record<string, number | string> = {};
  for (const what of new Set([ofChart, ofServer].flatMap(amountsNamed))) {
    const [request, limit] = [ofServer.requests?.[what], ofServer.limits?.[what]];
    put(requests, what, request ?? least(ofChart.requests?.[what], limit));
    put(limits, what, limit ?? most(ofChart.limits?.[what], request));
  }
  return {
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
  };
}

function amountsNamed({ requests = {}, limits = {} }: Resources): string[] {
  return [...Object.keys(requests), ...Object.keys(limits)];
}

function put(amounts: Record<string, number | string>, what: string, amount: number | string | undefined): void {
  if (amount !== undefined) amounts[what] = amount;
}

type Amount = number | string | undefined;

/** `bound` is of the other side, and may bring an amount down, not about. */
function least(amount: Amount, bound: Amount): Amount {
  return amount !== undefined && bound !== undefined && amountOf(bound) < amountOf(amount) ? bound : amount;
}

function most(amount: Amount, bound: Amount): Amount {
  return amount !== undefined && bound !== undefined && amountOf(bound) > amountOf(amount) ? bound : amount;
}
