/** What no document can know of itself: two of one name, and servers whose tokens or keys are nowhere or unreadable. */
import { readSecret } from '../credentials/secret.ts';
import { type TokenSecret, readClientTokens } from './client-tokens.ts';
import { type CredentialSecret, isForUpstream, readCredential } from './credential-secret.ts';
import { keysNamedIn } from './fetched-tokens.ts';
import type { LoadedDocument } from './load.ts';
import { formatPath, type Problem } from './problem.ts';
import { readRevocations } from './revocations.ts';
import { CREDENTIALS_LABEL } from './upstream-names.ts';

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
  const required = options.requireSecrets ?? false;
  return [
    ...problems,
    ...checkSecrets(documents, byName, required),
    ...checkCredentials(documents, byName, required),
    ...checkStore(documents, byName, required),
  ];
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

/** Values are looked at, and never said. */
function checkCredentials(
  documents: readonly LoadedDocument[],
  byName: ReadonlyMap<string, LoadedDocument>,
  required: boolean,
): Problem[] {
  return documents.flatMap((document) => {
    if (document.kind !== 'MCPServer') return [];
    const { namespace } = document.value.metadata;
    const { credentials = [], clientCertificate } = document.value.spec.upstream ?? {};
    const keys = credentials.flatMap(({ from }, i) => keysNamedIn(from).map((key) => [i, key] as const));
    const problems = keys.flatMap(([i, { path, secretName, key, isText }]) => {
      const at = ['spec', 'upstream', 'credentials', i, 'from', ...path];
      const secret = secretShown(document, [...at, 'secretName'], secretName, byName, required);
      if (secret === undefined || 'message' in secret) return secret ?? [];
      const read = readCredential(secret, secretName, key);
      const parsed = 'problem' in read || isText ? read : readSecret('', read.text);
      if (!('problem' in parsed)) return [];
      const [message = '', mend = 'correct it'] = parsed.problem.split('; ', 2);
      const name = keyOf('Secret', namespace, secretName);
      return [problemAt(document, [...at, 'key'], { message: `${key} of the ${name} ${message}`, mend })];
    });
    if (clientCertificate === undefined) return problems;
    const at = ['spec', 'upstream', 'clientCertificate', 'secretName'];
    const secret = secretShown(document, at, clientCertificate.secretName, byName, required);
    return secret === undefined || !('message' in secret) ? problems : [...problems, secret];
  });
}

/** The password of the store that gates share. */
function checkStore(
  documents: readonly LoadedDocument[],
  byName: ReadonlyMap<string, LoadedDocument>,
  required: boolean,
): Problem[] {
  return documents.flatMap((document) => {
    if (document.kind !== 'MCPServer') return [];
    const { secretName, key = '' } = document.value.spec.state?.valkey?.passwordFrom ?? {};
    if (secretName === undefined) return [];
    const at = ['spec', 'state', 'valkey', 'passwordFrom'];
    const secret = secretShown(document, [...at, 'secretName'], secretName, byName, required);
    if (secret === undefined || 'message' in secret) return secret ?? [];
    const read = readCredential(secret, secretName, key);
    if (!('problem' in read)) return [];
    const [message = '', mend = 'correct it'] = read.problem.split('; ', 2);
    const name = keyOf('Secret', document.value.metadata.namespace, secretName);
    return [problemAt(document, [...at, 'key'], { message: `${key} of the ${name} ${message}`, mend })];
  });
}

/** A Secret that a server may have shown, or what is wrong with naming it at `at`; undefined: it may be elsewhere. */
function secretShown(
  document: Extract<LoadedDocument, { kind: 'MCPServer' }>,
  at: (string | number)[],
  secretName: string,
  byName: ReadonlyMap<string, LoadedDocument>,
  required: boolean,
): CredentialSecret | Problem | undefined {
  const { namespace } = document.value.metadata;
  const name = keyOf('Secret', namespace, secretName);
  const secret = byName.get(name);
  if (secret?.kind !== 'Secret') {
    const said = { message: `no ${name} is here`, mend: 'add it, or write the name of one that is' };
    return required ? problemAt(document, at, said) : undefined;
  }
  if (isForUpstream(secret.value, namespace)) return secret.value;
  const message = `the ${name} does not carry the label ${CREDENTIALS_LABEL}: "true"`;
  const mend = 'add the label to it, if its keys are meant for this server';
  return problemAt(document, at, { message, mend });
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

function problemAt(
  document: LoadedDocument,
  path: (string | number)[],
  said: { message: string; mend: string },
): Problem {
  return { file: document.file, ...document.position(path), path: formatPath(path), ...said };
}
