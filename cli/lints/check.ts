/** All lints over the packs of some files, each finding at its place. */
import type { LoadedDocument } from '../../core/api/load.ts';
import { escapeControls, formatPath, type Problem } from '../../core/api/problem.ts';
import { compile } from '../../core/policy/compile.ts';
import type { ListedTool } from '../tool-list.ts';
import { againstTools } from './against-tools.ts';
import { impossibleConstraints } from './constraints.ts';
import type { LintFinding } from './finding.ts';
import { neverDeciding } from './never-decides.ts';
import { withoutEffect } from './no-effect.ts';
import { unknownLabels } from './unknown-labels.ts';
import { type UnallowedTool, unallowedTools } from './unallowed-tools.ts';

/** What a server really lists. */
export interface Listed {
  /** A file or a URL, for whoever reads of it. */
  readonly from: string;
  readonly tools: readonly ListedTool[];
}

type PackDocument = Extract<LoadedDocument, { kind: 'PolicyPack' }>;

/** Characters of a sentence. */
const MAX_SAID = 1_000;

/** `documents` have no problems. */
export function checkLints(documents: readonly LoadedDocument[], listed: Listed | undefined): Problem[] {
  const packs = documents.filter((document): document is PackDocument => document.kind === 'PolicyPack');
  const values = packs.map(({ value }) => value);
  const applying = listed === undefined ? [] : packsOfOneServer(documents, packs);
  const found = packs.flatMap((document) =>
    [
      ...neverDeciding(document.value),
      ...impossibleConstraints(document.value),
      ...withoutEffect(document.value),
      ...unknownLabels(document.value, values),
      ...(applying.includes(document) ? againstTools(document.value, listed?.tools ?? []) : []),
    ].map((finding) => placed(document, finding)),
  );
  if (listed === undefined) return found;
  const names = listed.tools.map(({ name }) => name);
  const unallowed = unallowedTools(
    applying.map(({ value }) => value),
    names,
  );
  return [...found, ...unallowed.map((one) => aboutTool(listed.from, one))];
}

/** Where the files have one server, it is the one that lists; else every pack may be for it. */
function packsOfOneServer(
  documents: readonly LoadedDocument[],
  packs: readonly PackDocument[],
): readonly PackDocument[] {
  const servers = documents.flatMap((document) => (document.kind === 'MCPServer' ? [document.value] : []));
  const [server, second] = servers;
  if (server === undefined || second !== undefined) return packs;
  const { bundle } = compile(
    server,
    packs.map(({ value }) => value),
  );
  const refs = new Set(bundle.packs.map(({ ref }) => ref));
  return packs.filter(({ value }) => refs.has(`${value.metadata.namespace}/${value.metadata.name}`));
}

/** Names are what a server likes. */
function shown(text: string): string {
  return escapeControls(text.length <= MAX_SAID ? text : `${text.slice(0, MAX_SAID)}\u2026`);
}

function aboutTool(file: string, { code, message, mend }: UnallowedTool): Problem {
  const said = { message: shown(message), mend: shown(mend) };
  return { file, line: 1, column: 1, path: '', code, ...said };
}

function placed(document: PackDocument, { code, path, message, mend }: LintFinding): Problem {
  const { line, column } = document.position(path);
  const said = { message: shown(message), mend: shown(mend) };
  return { file: document.file, line, column, path: formatPath(path), code, ...said };
}
