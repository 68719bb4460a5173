import { isObject, type JsonObject } from '../core/mcp/message.ts';

/** The JSON object that an entry of a ConfigMap is; undefined for anything else: people may write in this namespace. */
export function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
