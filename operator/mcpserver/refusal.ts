/**
 * What the API server would not take, as a condition: an image with an impossible quantity, a quota, a policy of the cluster, a right
 * that is missing. It is tried again with growing pauses, since none of that need be ours to mend.
 */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { ApiError } from '../kit/api-client.ts';
import { NameTakenError } from '../owned-set.ts';
import type { OwnedKinds } from './owned-kinds.ts';
import { no, type Verdict } from './verdict.ts';

const REFUSALS = new Set([400, 403, 413, 422]);

/** Undefined for errors that say nothing about the object: an API server that is away or busy, somebody who wrote first. */
export function refusalOf(error: unknown): Verdict | undefined {
  if (error instanceof NameTakenError) return no('NameTaken', error.message);
  if (!(error instanceof ApiError) || !REFUSALS.has(error.status)) return undefined;
  const message = `The API server does not take what this MCPServer needs: ${sentence(error.message)} Tried again until it does.`;
  return error.status === 403 ? no('Forbidden', message) : no('NotAccepted', message);
}

/** Of a server whose image nobody runs here. What runs of it already is served as before. */
export function runRefused({ spec }: MCPServer, { deployment }: Pick<OwnedKinds, 'deployment'>): Verdict | undefined {
  if (spec.run === undefined || deployment !== undefined) return undefined;
  return no(
    'RunDisabled',
    'This installation of Sallyport runs no images (value run.enabled of its chart), so spec.run does nothing. Run the image by a Deployment of your own and name its pods by spec.workload, or ask whoever installed Sallyport for run.enabled=true.',
  );
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
