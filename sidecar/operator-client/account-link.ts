/** What the operator knows of ServiceAccounts of the cluster: the keys of the API server, and what that says of a token. */
import { keysIn, type ServiceAccountKeys } from '../../core/service-account-keys.ts';
import { describeFailure, type OperatorAnswer, type OperatorClient } from './client.ts';

/** A call waits for it. */
const TIMEOUT_MS = 5_000;

type Client = Pick<OperatorClient, 'request'>;

/** As the API server has them now. Rejects with a sentence. */
export async function askForAccountKeys(client: Client): Promise<ServiceAccountKeys> {
  const path = '/v1/service-account-keys';
  const answer = await client.request({ method: 'GET', path, timeoutMs: TIMEOUT_MS, repeatable: true });
  const keys = answer.status === 200 ? keysIn(answer.body) : undefined;
  if (keys === undefined) throw new Error(`the operator says no keys (${describeFailure(answer)})`);
  return keys;
}

export type AccountReview =
  | { readonly kind: 'good'; readonly username: string }
  | { readonly kind: 'refused'; readonly why: string };

/** Whether the API server takes it for this server. Rejects with a sentence where nobody can say. */
export async function reviewAccountToken(client: Client, token: string): Promise<AccountReview> {
  const path = '/v1/service-account-reviews';
  const body = { token };
  const answer = await client.request({ method: 'POST', path, body, timeoutMs: TIMEOUT_MS, repeatable: true });
  const said = answer.status === 200 ? reviewIn(answer) : undefined;
  if (said === undefined) throw new Error(`the operator says nothing of the token (${describeFailure(answer)})`);
  return said;
}

/** The words of the API server may have any length, and are for whoever has sent the token. */
const MAX_WHY = 200;

function reviewIn({ body }: OperatorAnswer): AccountReview | undefined {
  if (typeof body !== 'object' || body === null || !('authenticated' in body)) return undefined;
  const { authenticated, username, error } = body as { authenticated: unknown; username?: unknown; error?: unknown };
  if (authenticated === true && typeof username === 'string') return { kind: 'good', username };
  if (authenticated !== false) return undefined;
  const why = typeof error === 'string' ? error.slice(0, MAX_WHY).toWellFormed() : 'it is not valid';
  return { kind: 'refused', why: `the API server says: ${why}` };
}
