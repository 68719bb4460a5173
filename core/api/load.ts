/** Reads YAML into checked documents. Whatever is wrong becomes a problem with its place; all of them, not only the first. */
import { type Document, isAlias, isMap, isScalar, LineCounter, type Node, parseAllDocuments, visit } from 'yaml';
import type * as z from 'zod';
import type { ApprovalRequest } from './approval-request.ts';
import type { TokenSecret } from './client-tokens.ts';
import { API_VERSION } from './common.ts';
import { type FieldSchema, isKind, type Kind, kindSchemas } from './kinds.ts';
import { offsetOf, pathOfKey, startOfDocument } from './locate.ts';
import type { MCPServer } from './mcp-server.ts';
import { type Complaint, isOtherKind, type Issue, mend, mendKind } from './mend.ts';
import type { PolicyPack } from './policy-pack.ts';
import { formatPath, type Problem } from './problem.ts';
import { type Sentences, typeWord } from './wording.ts';
import { yamlSentences } from './yaml-error.ts';
import { wordsReadOtherwise } from './yaml-words.ts';

export interface Position {
  line: number;
  column: number;
}

interface Loaded<K extends Kind, Value> {
  kind: K;
  /** As parsed: defaults are filled in. */
  value: Value;
  file: string;
  /** Where the document starts. */
  line: number;
  /** Where the value at a path stands, or what is nearest to it. */
  position(path: readonly PropertyKey[]): Position;
}

export type LoadedDocument =
  | Loaded<'MCPServer', MCPServer>
  | Loaded<'PolicyPack', PolicyPack>
  | Loaded<'ApprovalRequest', ApprovalRequest>
  | Loaded<'Secret', TokenSecret>;

export interface LoadResult {
  documents: LoadedDocument[];
  problems: Problem[];
  /** Words that a cluster reads otherwise than this reader does, at their places. */
  warnings: Problem[];
  /** Documents that are plainly other Kubernetes objects, where those are left out. */
  others: number;
}

export interface LoadOptions {
  /** Deployments and the like, as a folder for a cluster holds them too. Default: a problem, since here they do nothing. */
  leaveOutOthers?: boolean;
}

// A Kubernetes object ends at about 1.5 MiB; a file of several may be larger, but a larger one than this is no policy.
const MAX_TEXT = 4 * 2 ** 20;
// The deepest field of any kind is nine levels down; previews of arguments may go further. Pairs count as levels of their own.
const MAX_DEPTH = 128;
const MAX_ALIASES = 100;

export function loadDocuments(text: string, file: string, options: LoadOptions = {}): LoadResult {
  const lines = new LineCounter();
  const source: Source = { text: text.replace(/^\uFEFF/, ''), file, lines };
  const result: LoadResult = { documents: [], problems: [], warnings: [], others: 0 };
  const complain = (said: Sentences): LoadResult => {
    result.problems.push({ file, line: 1, column: 1, path: '', ...said });
    return result;
  };
  if (text.length > MAX_TEXT) {
    return complain({
      message: `the file has ${text.length} characters, at most ${MAX_TEXT} are read`,
      mend: 'split it',
    });
  }
  const parsed = parse(source);
  if (parsed === undefined) return complain(TOO_DEEP);
  const written = parsed.filter((document) => !isEmpty(document));
  if (written.length === 0) return complain({ message: 'the file has no document', mend: 'delete it or write one' });
  for (const document of written) {
    const reader = new DocumentReader(source, document);
    if (options.leaveOutOthers === true && reader.isOther()) {
      result.others += 1;
      continue;
    }
    const loaded = reader.read();
    result.problems.push(...reader.problems);
    if (loaded === undefined) continue;
    result.documents.push(loaded);
    result.warnings.push(...reader.warnings());
  }
  result.problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return result;
}

export interface Source {
  text: string;
  file: string;
  lines: LineCounter;
}

export const TOO_DEEP = { message: 'the document is nested too deeply', mend: 'write it flatter' };
const KIND_EXPECTED = {
  message: 'expected a mapping with apiVersion, kind, metadata and spec',
  mend: `start with \`apiVersion: ${API_VERSION}\``,
};
const TOO_MANY_ALIASES = { message: 'the aliases of the document unfold into too much', mend: 'write the values out' };
// The alias is not repeated: it may be a password that starts with an asterisk.
const NO_ANCHOR = { message: 'the alias has no anchor before it', mend: 'put text that starts with "*" in quotes' };
const ENDLESS_ALIAS = { message: 'the alias stands inside its own anchor', mend: 'write the value out' };
// JavaScript objects lose this one key on the way, and with it perhaps a constraint.
const LOST_KEY = { message: 'nothing can have this name', mend: 'remove it' };

export function parse({ text, lines }: Source): Document.Parsed[] | undefined {
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      logLevel: 'silent',
      merge: false,
      prettyErrors: false,
      resolveKnownTags: false, // !!timestamp and !!binary would put into a document what JSON cannot hold
      schema: 'core',
      strict: true,
      stringKeys: true,
      uniqueKeys: true,
      version: '1.2',
    });
    return [...documents];
  } catch (error) {
    // The parser recurses: brackets by the ten thousand end its stack.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Nothing between two `---`, as templates leave behind; a written-out null is something. */
export function isEmpty({ contents, errors }: Document.Parsed): boolean {
  if (errors.length > 0) return false;
  return contents === null || (isScalar(contents) && contents.value === null && contents.source === '');
}

/** Reads one document, and keeps what is wrong with it in `problems`. */
export class DocumentReader {
  readonly problems: Problem[] = [];
  readonly #source: Source;
  readonly #document: Document.Parsed;

  constructor(source: Source, document: Document.Parsed) {
    this.#source = source;
    this.#document = document;
  }

  read(): LoadedDocument | undefined {
    const value = this.value(KIND_EXPECTED);
    const kind = value === undefined ? undefined : this.#kindOf(value);
    if (kind === undefined) return undefined;
    const data = this.check(value, kindSchemas[kind], kind);
    if (data === undefined) return undefined;
    const { file } = this.#source;
    const { line } = this.#position(startOfDocument(this.#document));
    return { kind, value: data, file, line, position: this.position.bind(this) } as LoadedDocument;
  }

  /** Undefined where it is not YAML that can be trusted, or no mapping: then `expected` is said. */
  value(expected: Sentences): Record<string, unknown> | undefined {
    return this.#checkSyntax() && this.#checkNodes() ? this.#toValue(expected) : undefined;
  }

  /** As parsed. `kind`: whose fields they are, for mends. */
  check<S extends z.ZodType>(value: unknown, schema: S, kind: Kind | FieldSchema): z.infer<S> | undefined {
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      for (const issue of withoutEchoes(parsed.error.issues)) {
        for (const complaint of mend(issue, kind, value)) this.#complain(complaint);
      }
    }
    // A field written twice is a problem, too, and nothing is loaded that has one.
    return parsed.success && this.problems.length === 0 ? parsed.data : undefined;
  }

  /** Where the value at a path stands, or what is nearest to it. */
  position(path: readonly PropertyKey[]): Position {
    return this.#position(offsetOf(this.#document, path, 'value'));
  }

  /** What is read here is not what a cluster reads. */
  warnings(): Problem[] {
    const { file } = this.#source;
    return wordsReadOtherwise(this.#document).map(({ path, offset, value, message, mend: help }) => {
      const { line, column } = this.#position(offset);
      return { file, line, column, path: formatPath(path), value, message, mend: help, code: 'yaml-word' };
    });
  }

  /** Of another API group, and of no kind that may be a misspelling of ours. */
  isOther(): boolean {
    if (this.#document.errors.length > 0) return false;
    const [apiVersion, kind] = ['apiVersion', 'kind'].map((key) => this.#document.get(key));
    return typeof apiVersion === 'string' && typeof kind === 'string' && isOtherKind(apiVersion, kind);
  }

  /** False where the rest could not be trusted: one mistake in quotes or brackets makes a dozen false ones below. */
  #checkSyntax(): boolean {
    const { errors, warnings, directives } = this.#document;
    const { text } = this.#source;
    const lines = new Set<number>();
    for (const { code, pos, message } of [...errors, ...warnings]) {
      const { line } = this.#position(pos[0]);
      // What the parser says after its first complaint about a line is mostly an echo.
      if (code !== 'DUPLICATE_KEY' && lines.has(line)) continue;
      lines.add(line);
      const path = code === 'DUPLICATE_KEY' ? pathOfKey(this.#document, pos[0]) : [];
      this.#add(pos[0], path, yamlSentences(code, message));
    }
    if (directives?.yaml.explicit === true && directives.yaml.version !== '1.2') {
      const said = { message: 'only YAML 1.2 is read', mend: 'remove the %YAML line' };
      this.#add(Math.max(0, text.lastIndexOf('%YAML', startOfDocument(this.#document))), [], said);
    }
    return [...errors, ...warnings].every(({ code }) => code === 'DUPLICATE_KEY');
  }

  #checkNodes(): boolean {
    const before = this.problems.length;
    let aliases = 0;
    visit(this.#document, {
      Node: (role, node, ancestors) => {
        const said = this.#nodeComplaint(node, role, ancestors);
        if (said !== undefined) {
          const offset = node.range?.[0] ?? 0;
          this.#add(offset, role === 'key' ? pathOfKey(this.#document, offset) : [], said);
        }
        if (isAlias(node)) aliases += 1;
        if (aliases > MAX_ALIASES) this.#add(node.range?.[0] ?? 0, [], TOO_MANY_ALIASES);
        return said === TOO_DEEP || aliases > MAX_ALIASES ? visit.BREAK : undefined;
      },
    });
    return this.problems.length === before;
  }

  #nodeComplaint(node: Node, role: unknown, ancestors: readonly unknown[]): Sentences | undefined {
    if (ancestors.length > MAX_DEPTH) return TOO_DEEP;
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) return NO_ANCHOR;
      return ancestors.includes(target) ? ENDLESS_ALIAS : undefined;
    }
    return role === 'key' && isScalar(node) && node.value === '__proto__' ? LOST_KEY : undefined;
  }

  #toValue(expected: Sentences): Record<string, unknown> | undefined {
    let value: unknown;
    try {
      value = this.#document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch {
      this.#add(startOfDocument(this.#document), [], TOO_MANY_ALIASES);
      return undefined;
    }
    if (isMap(this.#document.contents)) return value as Record<string, unknown>;
    const message = `${expected.message}, got ${typeWord(value)}`;
    this.#add(startOfDocument(this.#document), [], { ...expected, message });
    return undefined;
  }

  #kindOf(value: Record<string, unknown>): Kind | undefined {
    if (typeof value['kind'] === 'string' && isKind(value['kind'])) return value['kind'];
    for (const complaint of mendKind(value)) this.#complain(complaint);
    return undefined;
  }

  #complain({ path, at, ...said }: Complaint): void {
    this.#add(offsetOf(this.#document, path, at), path, said);
  }

  #add(offset: number, path: readonly PropertyKey[], said: Sentences & { value?: string }): void {
    this.problems.push({ file: this.#source.file, ...this.#position(offset), path: formatPath(path), ...said });
  }

  #position(offset: number): Position {
    const { line, col } = this.#source.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** Too long and of the wrong form is one fault: of the format complaints about one value the first is kept. */
function withoutEchoes(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>();
  return issues.filter((issue) => {
    if (issue.code === 'unrecognized_keys' || issue.code === 'invalid_type') return true;
    const path = JSON.stringify(issue.path.map(String));
    const isEcho = seen.has(path);
    if (issue.code === 'invalid_format' || issue.code === 'too_big' || issue.code === 'too_small') seen.add(path);
    return !isEcho;
  });
}
