/** What a server says when one of its lists has changed, said by the gate when a policy shows other items of it. */
import type { MessageId } from './message.ts';

export type ListName = 'tools' | 'prompts' | 'resources';

const SUBSCRIPTION_KEY = 'io.modelcontextprotocol/subscriptionId';

/** In the modern era everything that is told on a subscription names it by the id of its request (MCP 2026-07-28, Subscriptions). */
export function listChanged(list: ListName, subscription: MessageId | undefined): string {
  const params = subscription === undefined ? undefined : { _meta: { [SUBSCRIPTION_KEY]: subscription } };
  return JSON.stringify({ jsonrpc: '2.0', method: `notifications/${list}/list_changed`, params });
}
