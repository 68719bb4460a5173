/** An error, too, may send a person to a page (MCP 2025-11-25, Elicitation, URL Elicitation Required Error). */
import type { Declared } from '../../../core/mcp/client-capabilities.ts';
import { elicitedUrls } from '../../../core/mcp/url-elicitation.ts';
import { decideAsks } from '../server-requests.ts';
import { type Answer, type Ruling, UnreadableMessage } from '../check.ts';

/** It asks nothing of the client but to show an error, so there is nothing that it would have had to declare. */
const ANY_PAGE: Declared = new Set(['urlElicitation']);

export function checkPages({ error, call, gate }: Answer): Ruling {
  if (error === undefined) return undefined;
  const urls = elicitedUrls(error);
  if (typeof urls === 'string') throw new UnreadableMessage(urls);
  if (urls.length === 0) return undefined;
  const asks = urls.map((url) => ({ method: 'elicitation/create', params: { mode: 'url', url } }));
  const refusal = decideAsks(call, gate, asks, ANY_PAGE);
  return refusal === undefined ? undefined : { stop: refusal };
}
