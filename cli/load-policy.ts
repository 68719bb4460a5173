/** A policy to ask, as a repository or a pod holds it: files of packs, which need no Secret and no server of their own, or a bundle. */
import { readFileSync } from 'node:fs';
import type { Problem } from '../core/api/problem.ts';
import { Policy } from '../core/policy/policy.ts';
import { readBundle } from '../core/policy/read-bundle.ts';
import { assumedServer } from './assumed-server.ts';
import { loadFolder } from './load-folder.ts';

export interface PolicyOptions {
  /** A folder or file of YAML, or a `bundle.json`. */
  readonly path: string;
  /** Further files and folders of the same policy. */
  readonly also?: readonly string[];
  /** What is in shadow acts. Not possible for a bundle. */
  readonly enforce?: boolean;
  /** Which MCPServer, where there are several. */
  readonly serverName: string | undefined;
  /** Of the MCPServer to assume, where there is none: packs apply by these. */
  readonly server?: { readonly namespace?: string | undefined; readonly labels?: Record<string, string> | undefined };
}

/** `noPackFor`: none of the packs is about this server, `namespace/name`. */
export type LoadedPolicy = Policy | { readonly problems: readonly Problem[] } | { readonly noPackFor: string };

/** Throws the system's error. */
export function loadPolicy(options: PolicyOptions): LoadedPolicy {
  const { path, also = [], serverName, server, enforce = false } = options;
  if (path.endsWith('.json')) {
    const read = readBundle(readFileSync(path, 'utf8'));
    if ('problem' in read) return unusable(path, read.problem, 'write it with: sallyport compile');
    return enforce ? unusable(path, 'a bundle acts as it is written', 'name the files that it was compiled of') : read;
  }
  const loaded = loadFolder({
    path,
    also,
    serverName,
    assumed: assumedServer(server?.namespace, server?.labels),
    inRepository: true,
    enforce,
  });
  if ('problems' in loaded) return loaded;
  if (loaded.packs.length > 0) return new Policy(loaded.compiled.bundle, loaded.compiled.revision);
  const { name, namespace } = loaded.server.metadata;
  return { noPackFor: `${namespace}/${name}` };
}

function unusable(file: string, message: string, mend: string): { readonly problems: readonly Problem[] } {
  return { problems: [{ file, line: 1, column: 1, path: '', message, mend }] };
}
