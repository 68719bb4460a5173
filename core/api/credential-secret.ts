/** Secrets with keys that a server is shown, as documents of a folder. On a cluster they are mounted. */
import type { TokenSecret } from './client-tokens.ts';
import { decodeBase64 } from './secret-entries.ts';
import { CREDENTIALS_LABEL } from './upstream-names.ts';

export type CredentialSecret = Pick<TokenSecret, 'data' | 'stringData' | 'metadata'>;

/** Whoever made it says that its keys may be sent to a server; others, of other programs, lie beside it. */
export function isForUpstream({ metadata }: CredentialSecret, namespace: string): boolean {
  return metadata.namespace === namespace && metadata.labels?.[CREDENTIALS_LABEL] === 'true';
}

/** The text under a key, or why there is none, as the end of a sentence about it with its mend behind `; `. */
export function readCredential(
  secret: CredentialSecret | undefined,
  name: string,
  key: string,
): { readonly text: string } | { readonly problem: string } {
  if (secret === undefined) return { problem: `is not there; make the Secret ${name} with that key` };
  const { stringData = {}, data = {} } = secret;
  if (Object.hasOwn(stringData, key)) return { text: stringData[key] ?? '' };
  const base64 = Object.hasOwn(data, key) ? data[key] : undefined;
  if (base64 === undefined) return { problem: 'is not there; add that key, or write the name of one that is' };
  const text = decodeBase64(base64);
  return text === undefined ? { problem: 'is not base64 of UTF-8 text; write it under stringData as it is' } : { text };
}
