/** The keys as all replicas share them: the content of one Secret. Each is a time (RFC 3339), a space, and `authority` or 32 bytes in base64url. */
import { type HandleKey, type HandleKeys, KEY_BYTES } from './rotation.ts';

const ROLES = ['current', 'next', 'former'] as const;

/** What of it could be read, and what was wrong with the rest. */
export interface StoredKeys {
  readonly keys: Partial<HandleKeys>;
  readonly problems: readonly string[];
}

/** In the form of a merge patch: null takes out what is over. */
export function encodeHandleKeys(keys: HandleKeys): Record<string, string | null> {
  return Object.fromEntries(ROLES.map((role) => [role, encoded(keys[role])]));
}

function encoded(key: HandleKey | undefined): string | null {
  if (key === undefined) return null;
  const secret = key.secret === 'authority' ? key.secret : key.secret.toString('base64url');
  return Buffer.from(`${new Date(key.since).toISOString()} ${secret}`).toString('base64');
}

export function decodeHandleKeys(data: Readonly<Record<string, string>>): StoredKeys {
  const problems: string[] = [];
  const keys: { -readonly [role in keyof HandleKeys]?: HandleKey } = {};
  for (const role of ROLES) {
    const value = data[role];
    if (value === undefined) continue;
    const key = decoded(Buffer.from(value, 'base64').toString('utf8'));
    if (key === undefined) problems.push(`${role} is not a time, a space and ${KEY_BYTES} bytes in base64url`);
    else keys[role] = key;
  }
  if (data['current'] === undefined) problems.push('current is missing');
  return { keys, problems };
}

function decoded(text: string): HandleKey | undefined {
  const [time = '', word = '', ...rest] = text.split(' ');
  const since = Date.parse(time);
  if (Number.isNaN(since) || rest.length > 0) return undefined;
  if (word === 'authority') return { secret: word, since };
  const secret = Buffer.from(word, 'base64url');
  return secret.length === KEY_BYTES && secret.toString('base64url') === word ? { secret, since } : undefined;
}
