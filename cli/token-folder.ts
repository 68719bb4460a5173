/** The clients of a policy folder: which there are, and how one is changed on disk. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkTogether } from '../core/api/check-together.ts';
import { type ClientToken, readClientTokens } from '../core/api/client-tokens.ts';
import { type LoadedDocument, loadDocuments } from '../core/api/load.ts';
import type { MCPServer } from '../core/api/mcp-server.ts';
import { formatProblem, type Problem } from '../core/api/problem.ts';
import { appendSecret, editSecret, type SecretId, tokenEntry } from './edit-secret.ts';
import { UserError } from './errors.ts';
import { readPolicyFiles } from './policy-files.ts';
import { writeWhole } from './write-whole.ts';

type SecretDocument = Extract<LoadedDocument, { kind: 'Secret' }>;

export class TokenFolder {
  readonly #path: string;
  readonly #secret: SecretId;
  readonly #document: SecretDocument | undefined;
  readonly clients: readonly ClientToken[];

  /** Throws a UserError where the folder cannot be read, is broken, or does not say where its tokens are. */
  constructor(path: string, serverName?: string) {
    const documents = readSound(path);
    const server = chooseServer(path, documents, serverName);
    this.#path = path;
    this.#secret = secretOf(server);
    this.#document = findSecret(documents, this.#secret);
    this.clients = this.#document === undefined ? [] : readClientTokens(this.#document.value).tokens;
  }

  find(name: string): ClientToken | undefined {
    return this.clients.find((client) => client.name === name);
  }

  /** Where clients are written to. */
  get file(): string {
    if (this.#document !== undefined) return this.#document.file;
    return statSync(this.#path).isFile() ? this.#path : join(this.#path, 'tokens.yaml');
  }

  set(client: ClientToken): void {
    this.#change(client.name, client);
  }

  remove(name: string): void {
    this.#change(name, undefined);
  }

  #change(name: string, client: ClientToken | undefined): void {
    const { file } = this;
    const text = readIfPresent(file);
    const entry = client === undefined ? undefined : tokenEntry(client);
    const changed =
      this.#document === undefined && entry !== undefined
        ? appendSecret(text, this.#secret, name, entry)
        : attemptEdit(() => editSecret(text, this.#secret, name, entry), file);
    this.#check(changed, file, name, client);
    // Digests tell nobody a token of 256 bits, but whoever may write them lets himself in.
    writeWhole(file, changed, 0o600);
  }

  /** Reads back what is about to be written: anchors and merges, say, can make an edit mean something else. */
  #check(text: string, file: string, name: string, client: ClientToken | undefined): void {
    const { documents, problems } = loadDocuments(text, file);
    const secret = findSecret(documents, this.#secret);
    const clients = secret === undefined ? [] : readClientTokens(secret.value).tokens;
    const wanted = [...this.clients.filter((other) => other.name !== name), ...(client === undefined ? [] : [client])];
    if (problems.length > 0 || !isSame(clients, wanted)) throw uneditable(file);
  }
}

function isSame(a: readonly ClientToken[], b: readonly ClientToken[]): boolean {
  return sortedText(a) === sortedText(b);
}

function sortedText(clients: readonly ClientToken[]): string {
  return JSON.stringify(clients.toSorted((one, other) => (one.name < other.name ? -1 : 1)));
}

function attemptEdit(edit: () => string, file: string): string {
  try {
    return edit();
  } catch {
    throw uneditable(file);
  }
}

function uneditable(file: string): UserError {
  return new UserError(
    `${file} is written in a way that cannot be edited safely`,
    'leave out -f and paste the entry by hand',
  );
}

function readSound(path: string): LoadedDocument[] {
  const loaded = readPolicyFiles([path]).map((file) => loadDocuments(file.text ?? '', file.path));
  const documents = loaded.flatMap((one) => one.documents);
  const problems = [...loaded.flatMap((one) => one.problems), ...checkTogether(documents)];
  const [first] = problems as [Problem?];
  if (first === undefined) return documents;
  throw new UserError(
    formatProblem(first),
    `nothing was changed, and all problems are shown by: sallyport lint ${path}`,
  );
}

function chooseServer(path: string, documents: readonly LoadedDocument[], name: string | undefined): MCPServer {
  const all = documents.filter((document) => document.kind === 'MCPServer').map(({ value }) => value);
  const [server, second] = name === undefined ? all : all.filter(({ metadata }) => metadata.name === name);
  const names = all.map(({ metadata }) => metadata.name).join(', ');
  if (server === undefined && name !== undefined) {
    throw new UserError(`${path} has no MCPServer named ${name}`, `it has: ${names === '' ? 'none' : names}`);
  }
  if (server === undefined) {
    throw new UserError(
      `${path} has no MCPServer, which would say where its tokens are`,
      `add one with these lines:\n${ACCESS('local')}`,
    );
  }
  if (second !== undefined) {
    throw new UserError(`${path} has several MCPServers`, `choose one with --server: ${names}`);
  }
  return server;
}

function secretOf({ metadata, spec }: MCPServer): SecretId {
  const name = spec.access?.tokens?.secretName;
  if (name !== undefined) return { name, namespace: metadata.namespace };
  const mend = `add these lines to it:\n${ACCESS(metadata.name)}`;
  throw new UserError(`the MCPServer ${metadata.name} does not say where its tokens are`, mend);
}

const ACCESS = (server: string): string => `  spec:\n    access:\n      tokens: {secretName: ${server}-clients}`;

function findSecret(documents: readonly LoadedDocument[], { name, namespace }: SecretId): SecretDocument | undefined {
  return documents.find(
    (document): document is SecretDocument =>
      document.kind === 'Secret' &&
      document.value.metadata.name === name &&
      document.value.metadata.namespace === namespace,
  );
}

function readIfPresent(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
