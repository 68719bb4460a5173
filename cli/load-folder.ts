/** Reads a policy folder: YAML documents become one server, its compiled policy and its clients, or a list of problems. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkTogether } from '../core/api/check-together.ts';
import { type CredentialSecret, isForUpstream } from '../core/api/credential-secret.ts';
import { type ClientToken, type TokenSecret, readClientTokens } from '../core/api/client-tokens.ts';
import { type LoadedDocument, loadDocuments } from '../core/api/load.ts';
import type { MCPServer } from '../core/api/mcp-server.ts';
import type { Problem } from '../core/api/problem.ts';
import { type Revocation, readRevocations } from '../core/api/revocations.ts';
import { type CompiledBundle, compile } from '../core/policy/compile.ts';
import type { Pair, Unfit } from '../sidecar/tls/pair.ts';
import { checkPatternsOf } from './pattern-problems.ts';
import { certificateIn } from './local-certificate.ts';
import { outOfShadow } from './out-of-shadow.ts';
import { isTestFile } from './policy-tests/find-files.ts';

export interface LoadedFolder {
  readonly server: MCPServer;
  readonly compiled: CompiledBundle;
  readonly tokens: readonly ClientToken[];
  readonly revocations: readonly Revocation[];
  /** What clients are shown; undefined: plain HTTP is spoken. */
  readonly certificate: Pair | Unfit | undefined;
  /** By name, those of the namespace of the server that it may be shown. */
  readonly secrets: ReadonlyMap<string, CredentialSecret>;
  /** Names of the packs that apply, for people. */
  readonly packs: readonly string[];
  /** What is valid and most likely not meant. */
  readonly warnings: readonly Problem[];
}

export interface FolderOptions {
  /** A folder, or one YAML file. */
  readonly path: string;
  /** Which MCPServer, where the folder has several. */
  readonly serverName: string | undefined;
  /** The MCPServer to assume where the folder has none; undefined: that is a problem. */
  readonly assumed: MCPServer | undefined;
  /** As a repository holds it: without Secrets, and with objects of other kinds. Default: as a gate needs it. */
  readonly inRepository?: boolean;
  /** Further folders and files of the same policy. */
  readonly also?: readonly string[];
  /** What is in shadow acts, as it will once it is rolled out. Default: as it is written. */
  readonly enforce?: boolean;
}

export type FolderResult = LoadedFolder | { readonly problems: readonly Problem[] };

type ServerDocument = Extract<LoadedDocument, { kind: 'MCPServer' }>;

export function loadFolder(options: FolderOptions): FolderResult {
  const files = [options.path, ...(options.also ?? [])].flatMap(listFiles);
  if (files.length === 0) return fault(options.path, 'has no *.yaml file', 'write one; `sallyport init` shows how');
  const documents: LoadedDocument[] = [];
  const problems: Problem[] = [];
  const inRepository = options.inRepository === true;
  for (const file of files) {
    const loaded = loadDocuments(readFileSync(file, 'utf8'), file, { leaveOutOthers: inRepository });
    documents.push(...loaded.documents);
    problems.push(...loaded.problems);
  }
  problems.push(...checkTogether(documents, { requireSecrets: !inRepository }));
  const patterns = checkPatternsOf(documents);
  // A Deny that could never match is not taken: behind a rule that allows, it would only seem to be there.
  problems.push(...patterns.problems);
  if (problems.length > 0) return { problems };
  const server = chooseServer(documents, options);
  const used = options.enforce === true ? documents.map(outOfShadow) : documents;
  return 'problems' in server ? server : { ...assemble(server, used), warnings: patterns.warnings };
}

/** The MCPServer that would be served if the rest of the folder were in order; undefined where that cannot be told. */
export function soundServerIn({ path, serverName }: Omit<FolderOptions, 'assumed'>): MCPServer | undefined {
  try {
    const documents = listFiles(path).flatMap((file) => loadDocuments(readFileSync(file, 'utf8'), file).documents);
    const server = chooseServer(documents, { path, serverName, assumed: undefined });
    return 'problems' in server ? undefined : server;
  } catch {
    return undefined;
  }
}

/** The YAML files that make up a policy: those of the folder itself, not of folders in it, and no tests. Throws the system's error. */
export function listFiles(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .filter((name) => /^[^.].*\.ya?ml$/.test(name) && !isTestFile(name))
    .sort()
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile());
}

/** The directory to watch for changes of `path`. */
export function watchedDirectory(path: string): string {
  return statSync(path).isFile() ? dirname(path) : path;
}

function chooseServer(
  documents: readonly LoadedDocument[],
  options: FolderOptions,
): MCPServer | { problems: Problem[] } {
  const servers = documents.filter((document): document is ServerDocument => document.kind === 'MCPServer');
  const { serverName, path, assumed } = options;
  const chosen = serverName === undefined ? servers : servers.filter(({ value }) => value.metadata.name === serverName);
  const [first, second] = chosen;
  if (first === undefined) {
    if (serverName !== undefined)
      return fault(path, `has no MCPServer named ${serverName}`, `it has: ${namesOf(servers)}`);
    return assumed ?? fault(path, 'has no MCPServer', 'write one; `sallyport init` shows how');
  }
  if (second === undefined) return first.value;
  return fault(path, 'has several MCPServers', `choose one with --server: ${namesOf(servers)}`);
}

function assemble(server: MCPServer, documents: readonly LoadedDocument[]): Omit<LoadedFolder, 'warnings'> {
  const packs = documents.filter((document) => document.kind === 'PolicyPack').map(({ value }) => value);
  const { tokens, revocations } = server.spec.access ?? {};
  const secretOf = (named: { readonly secretName: string } | undefined): Pick<TokenSecret, 'data' | 'stringData'> => {
    const secret = documents.find(
      ({ kind, value: { metadata } }) =>
        kind === 'Secret' && metadata.name === named?.secretName && metadata.namespace === server.metadata.namespace,
    );
    return secret?.kind === 'Secret' ? secret.value : {};
  };
  const compiled = compile(server, packs);
  return {
    server,
    compiled,
    tokens: readClientTokens(secretOf(tokens)).tokens,
    revocations: readRevocations(secretOf(revocations)).revocations,
    certificate: certificateIn(documents, server, Date.now()),
    secrets: new Map(
      documents.flatMap((document) =>
        document.kind === 'Secret' && isForUpstream(document.value, server.metadata.namespace)
          ? [[document.value.metadata.name, document.value] as const]
          : [],
      ),
    ),
    packs: compiled.bundle.packs.map(({ ref }) => ref),
  };
}

function namesOf(servers: readonly ServerDocument[]): string {
  return servers.length === 0 ? 'none' : servers.map(({ value }) => value.metadata.name).join(', ');
}

function fault(path: string, message: string, mend: string): { problems: Problem[] } {
  return { problems: [{ file: path, line: 1, column: 1, path: '', message, mend }] };
}
