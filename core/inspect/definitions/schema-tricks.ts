/** Parts of a definition that programs read by, used to speak to the model, or made to cost whoever reads them. */
import { evidenceOf, type Finding } from '../finding.ts';
import type { Definition } from './definition.ts';
import type { DefinitionText, DefinitionTexts } from './texts.ts';

export const SCHEMA_REASONS = [
  'oversized',
  'sentence-as-name',
  'asks-for-context',
  'prose-as-value',
  'long-comment',
  'remote-reference',
] as const;
export type SchemaReason = (typeof SCHEMA_REASONS)[number];

/** Of all texts together. The largest tool of 300 in a public registry has 4,500; those of vendors with a query language have 30,000. */
const LARGE = 64 * 1024;
const LONG_NAME = 64;
const WORDS_OF_SENTENCE = 4;
/** Of one that is chosen from, or sent when nothing else is said. */
const LONG_VALUE = 300;
const LONG_COMMENT = 200;

/** Parameters in which a model gives away what it was told, or how it thinks, whatever the tool does. */
const CONTEXT = new Set([
  ...['sidenote', 'sidenotes', 'conversationhistory', 'chathistory', 'previousmessages', 'fullconversation'],
  ...['toolcallhistory', 'toolslist', 'chainofthought', 'hiddencontext', 'systeminstructions', 'promptcontext'],
]);

export interface SchemaFinding {
  readonly finding: Finding;
  /** Into the definition; empty where it is about all of it. */
  readonly pointer: string;
}

export function inspectSchema(
  { value }: Pick<Definition, 'value'>,
  { texts, length, tooMuch }: DefinitionTexts,
): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  if (tooMuch || length > LARGE) {
    const message = 'The definition is larger than any that a person can read. Offer less with one tool.';
    findings.push({ finding: found('oversized', message, `${length} characters`), pointer: '' });
  }
  for (const text of texts) {
    const finding = findingIn(text);
    if (finding !== undefined) findings.push({ finding, pointer: text.pointer });
  }
  const reference = remoteReference(value, 0);
  if (reference !== undefined) {
    const message = 'The schema refers to one that lies elsewhere, so that it can change without notice. Write it out.';
    findings.push({ finding: found('remote-reference', message, reference), pointer: '' });
  }
  return findings;
}

function findingIn({ pointer, role, text, isParameter }: DefinitionText): Finding | undefined {
  if (role === 'name') {
    if (isParameter && CONTEXT.has(text.toLowerCase().replaceAll(/[^a-z]/g, '')))
      return found('asks-for-context', `The parameter at ${pointer} asks for what the model was told.`, text);
    if (isInSchema(pointer) && isSentence(text))
      return found('sentence-as-name', `The name at ${pointer} is a sentence. Give it a name of one word.`, text);
    return undefined;
  }
  if (!isInSchema(pointer)) return undefined;
  if (role === 'data' && text.length > LONG_VALUE && VALUE.test(pointer) && isSentence(text))
    return found('prose-as-value', `The value at ${pointer} is prose. Put prose into the description.`, text);
  if (role === 'prose' && text.length > LONG_COMMENT && pointer.endsWith('/$comment'))
    return found(
      'long-comment',
      `The comment at ${pointer} is as long as a description, and no client shows it.`,
      text,
    );
  return undefined;
}

const VALUE = /\/(?:enum\/\d{1,6}|default|const|examples\/\d{1,6}|pattern|format|type)$/;

function isInSchema(pointer: string): boolean {
  return pointer.startsWith('/inputSchema/') || pointer.startsWith('/outputSchema/');
}

function isSentence(text: string): boolean {
  const words = text.slice(0, MAX_LOOKED_AT).match(/\p{L}{2,}/gu)?.length ?? 0;
  return words >= WORDS_OF_SENTENCE && (text.length > LONG_NAME || text.includes(' '));
}

const MAX_LOOKED_AT = 1024;
const MAX_DEPTH = 64;

/** RFC 3986: what begins with a scheme, or with two slashes, is no reference into the same document. */
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]{0,31}:|\/\/)/i;
const MAX_NODES = 20_000;

function remoteReference(value: unknown, depth: number, counter = { left: MAX_NODES }): string | undefined {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || counter.left-- <= 0) return undefined;
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === 'string') {
      if ((key === '$ref' || key === '$dynamicRef') && ELSEWHERE.test(member)) return member;
      continue;
    }
    const inside = remoteReference(member, depth + 1, counter);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function found(reason: SchemaReason, message: string, evidence: string): Finding {
  return { detector: 'schemaTricks', reason, message, span: undefined, evidence: evidenceOf(evidence) };
}
