/**
 * Progress the gate sends while a call is held, and what that means for the server's own: values of one token must grow
 * (MCP, Progress), so everything the server reports afterwards is moved up by what was already sent.
 */
import { parseLossless } from '../../core/mcp/lossless-json.ts';
import { type JsonObject, type MessageId, isObject } from '../../core/mcp/message.ts';

/** Longer is no notification but a result, which may well speak of one. */
const MAX_NOTIFICATION = 64 * 1024;

export class ProgressOffset {
  readonly token: MessageId;
  #sent = 0;

  constructor(token: MessageId) {
    this.token = token;
  }

  /** The next notification of the gate itself, as JSON text. */
  next(message: string): string {
    // From 0: a server's own first value may be 0 as well, and must still come out larger than our last.
    const progress = this.#sent++;
    return JSON.stringify({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: this.token, progress, message },
    });
  }

  /** The server's message with its progress moved up; undefined when it is none of this token. Throws when it cannot be written again. */
  apply(json: string): string | undefined {
    if (this.#sent === 0 || json.length > MAX_NOTIFICATION || !json.includes('notifications/progress'))
      return undefined;
    const message = parseLossless(json);
    if (!isObject(message) || message['method'] !== 'notifications/progress') return undefined;
    const params = message['params'];
    if (!isObject(params) || params['progressToken'] !== this.token) return undefined;
    return JSON.stringify({ ...message, params: this.#moveUp(params) });
  }

  #moveUp(params: JsonObject): JsonObject {
    const { progress, total } = params;
    return {
      ...params,
      ...(typeof progress === 'number' ? { progress: progress + this.#sent } : {}),
      ...(typeof total === 'number' ? { total: total + this.#sent } : {}),
    };
  }
}
