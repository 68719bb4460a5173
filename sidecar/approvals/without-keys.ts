/**
 * What a person is shown has no key of the gate in it, by whatever way the caller has come to one: requests are kept, and read in Slack and in
 * mail. The call itself is not changed; that it carries a key is put on record when it is sent.
 */
import { Masking } from '../../core/credentials/mask.ts';
import type { Secret } from '../../core/credentials/secret.ts';
import { isObject, type JsonObject } from '../../core/mcp/message.ts';

/** The very object where there are no keys. */
export function withoutKeys(preview: JsonObject, keys: readonly Secret[]): JsonObject {
  return keys.length === 0 ? preview : (masked(preview, keys) as JsonObject);
}

function masked(value: unknown, keys: readonly Secret[]): unknown {
  if (typeof value === 'string') return maskedText(value, keys);
  // A key of digits alone may come as a number.
  if (typeof value === 'number') return maskedText(String(value), keys) === String(value) ? value : '*';
  if (Array.isArray(value)) return value.map((one) => masked(one, keys));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [maskedText(name, keys), masked(one, keys)]));
}

function maskedText(text: string, keys: readonly Secret[]): string {
  const bytes = Buffer.from(text);
  const masking = new Masking(
    () => keys,
    () => {},
  );
  const covered = Buffer.concat([masking.push(bytes), masking.end()]);
  return covered.equals(bytes) ? text : covered.toString();
}
