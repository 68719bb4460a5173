/** What stands in a Secret, key by key: text of people, which is read into objects without ever being repeated. */
import { parseDocument } from 'yaml';

/** A problem with one entry. It never says what the value is: a Secret's values are not for terminals and logs. */
export interface EntryProblem {
  /** Where in the Secret, such as `['stringData', 'billing-agent']`. */
  path: string[];
  message: string;
  mend: string;
}

export interface Entry {
  path: string[];
  text: string;
}

export interface Entries {
  entries: ReadonlyMap<string, Entry>;
  problems: EntryProblem[];
}

/** Of a Secret as it is written; text goes before base64, as the API server has it. */
export function entriesOf(secret: {
  readonly data?: Readonly<Record<string, string>> | undefined;
  readonly stringData?: Readonly<Record<string, string>> | undefined;
}): Entries {
  const entries = new Map<string, Entry>();
  const problems: EntryProblem[] = [];
  for (const [key, base64] of Object.entries(secret.data ?? {})) {
    const text = decodeBase64(base64);
    if (text !== undefined) entries.set(key, { path: ['data', key], text });
    else if (!Object.hasOwn(secret.stringData ?? {}, key)) {
      const message = 'the value is not base64 of UTF-8 text';
      problems.push({
        path: ['data', key],
        message,
        mend: 'write it under stringData as it is, or encode it with base64',
      });
    }
  }
  for (const [key, text] of Object.entries(secret.stringData ?? {}))
    entries.set(key, { path: ['stringData', key], text });
  return { entries, problems };
}

/** The same from key and text, as a mounted Secret's directory gives them. */
export function entriesIn(texts: Readonly<Record<string, string>>): ReadonlyMap<string, Entry> {
  return new Map(Object.entries(texts).map(([key, text]) => [key, { path: [key], text }]));
}

/** Undefined: it is no mapping. Every scalar is a text. */
export function readMapping(text: string): Record<string, unknown> | undefined {
  // All digits in a digest is as good as impossible, `12e45…` is not: the failsafe schema reads every scalar as text.
  const options = {
    version: '1.2',
    schema: 'failsafe',
    stringKeys: true,
    prettyErrors: false,
    logLevel: 'silent',
  } as const;
  try {
    const document = parseDocument(text, options);
    if (document.errors.length > 0 || document.warnings.length > 0) return undefined;
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined; // aliases, or nesting without end: neither has business here
  }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The text of a value under `data`; undefined where it is no base64, or no UTF-8. */
export function decodeBase64(base64: string): string | undefined {
  const bare = base64.replace(/[\r\n]/g, ''); // as `base64` wraps it
  if (!BASE64.test(bare)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bare, 'base64'));
  } catch {
    return undefined;
  }
}
