/** Signatures of web hooks as Standard Webhooks has them (spec/standard-webhooks.md, "Signature scheme": symmetric, v1). Pure. */
import { createHash, createHmac } from 'node:crypto';
import { readHookSecret } from '../../../core/hooks/signed-hook.ts';

/** The keys in a text, one a line or behind blanks: while one is rotated there are two, and either verifies. A string says what is wrong. */
export function keysIn(text: string): readonly Buffer[] | string {
  const keys = text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(readHookSecret);
  if (keys.length === 0) return 'is empty';
  return keys.every((key) => key !== undefined) ? keys : 'is not whsec_ and 24 to 64 bytes in base64';
}

export interface Signed {
  readonly id: string;
  /** Seconds since the epoch, of this attempt: receivers take none that is old. */
  readonly timestamp: number;
  readonly body: string;
}

export function headersOf({ id, timestamp, body }: Signed, keys: readonly Buffer[]): Record<string, string> {
  const signature = (key: Buffer): string =>
    `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': keys.map(signature).join(' '),
  };
}

/** The same for each attempt at one piece of news, so that a receiver that was told twice can know it. */
export function messageId(uid: string, news: string, detail: string): string {
  return `msg_${createHash('sha256')
    .update(JSON.stringify([uid, news, detail]))
    .digest('base64url')
    .slice(0, 32)}`;
}
