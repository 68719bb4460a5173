/** What no document can know of itself: two of one name, and servers whose Secrets are nowhere or unreadable. */
import { type TokenSecret, readClientTokens } from './client-tokens.ts';
import type { LoadedDocument } from './load.ts';
import { formatPath, type Problem } from './problem.ts';
import { readRevocations } from './revocations.ts';

export interface TogetherOptions {
  /** Whether every Secret that a server names has to be among the documents. */
  requireSecrets?: boolean;
}

export function checkTogether(documents: readonly LoadedDocument[], options: TogetherOptions = {}): Problem[] {
  const byName = new Map<string, LoadedDocument>();
  const problems: Problem[] = [];
  for (const document of documents) {
    const key = keyOf(document.kind, document.value.metadata.namespace, document.value.metadata.name);
    const first = byName.get(key);
    if (first === undefined) byName.set(key, document);
    else {
      const { line } = first.position(['metadata', 'name']);
      const message = `the ${key} is in ${first.file}:${line} already`;
      problems.push(problemAt(document, ['metadata', 'name'], { message, mend: 'remove or rename one of the two' }));
    }
  }
  return [...problems, ...checkSecrets(documents, byName, options.requireSecrets ?? false)];
}

const SECRETS = [
  ['tokens', (secret: TokenSecret) => readClientTokens(secret).problems],
  ['revocations', (secret: TokenSecret) => readRevocations(secret).problems],
] as const;

/** Only Secrets that a server names are looked into: a folder may hold others, which are none of our business. */
function checkSecrets(
  documents: readonly LoadedDocument[],
  byName: ReadonlyMap<string, LoadedDocument>,
  required: boolean,
): Problem[] {
  const problems: Problem[] = [];
  const checked = new Set<LoadedDocument>();
  for (const document of documents) {
    if (document.kind !== 'MCPServer') continue;
    for (const [field, problemsOf] of SECRETS) {
      const secretName = document.value.spec.access?.[field]?.secretName;
      if (secretName === undefined) continue;
      const key = keyOf('Secret', document.value.metadata.namespace, secretName);
      const secret = byName.get(key);
      if (secret?.kind === 'Secret' && !checked.has(secret)) {
        checked.add(secret);
        for (const { path, ...said } of problemsOf(secret.value)) problems.push(problemAt(secret, path, said));
      } else if (secret === undefined && required) {
        const said = { message: `no ${key} is here`, mend: 'add it, or write the name of one that is' };
        problems.push(problemAt(document, ['spec', 'access', field, 'secretName'], said));
      }
    }
  }
  return problems;
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

function problemAt(document: LoadedDocument, path: string[], said: { message: string; mend: string }): Problem {
  return { file: document.file, ...document.position(path), path: formatPath(path), ...said };
}
