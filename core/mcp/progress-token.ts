/** How a request's sender asks to hear of its progress (MCP, Progress). */
import { type JsonObject, type MessageId, isMessageId, isObject } from './message.ts';

/** The token under which it wants to hear of it. */
export function progressTokenOf(params: JsonObject): MessageId | undefined {
  const meta = params['_meta'];
  const token = isObject(meta) ? meta['progressToken'] : undefined;
  return isMessageId(token) ? token : undefined;
}
