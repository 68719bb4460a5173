/** What the YAML parser complains of, in our words: the parser's own may repeat the text, which may belong to a Secret. */
import type { ErrorCode } from 'yaml';
import type { Sentences } from './wording.ts';

const INDENT = 'indent with spaces, and the fields of one mapping equally far';

const SENTENCES: Record<ErrorCode, Sentences> = {
  ALIAS_PROPS: { message: 'an alias cannot have an anchor or a tag', mend: 'put text that starts with "*" in quotes' },
  BAD_ALIAS: { message: 'is not the name of an anchor', mend: 'put text that starts with "*" or "&" in quotes' },
  BAD_COLLECTION_TYPE: { message: 'the tag does not fit what follows it', mend: 'remove the tag' },
  BAD_DIRECTIVE: {
    message: 'is not a directive of YAML 1.2',
    mend: 'remove the line, or put text that starts with "%" in quotes',
  },
  BAD_DQ_ESCAPE: {
    message: 'no such escape in double quotes',
    mend: 'write "\\\\" for a backslash, or use single quotes',
  },
  BAD_INDENT: { message: 'the indentation is wrong, or a bracket or brace is not closed', mend: INDENT },
  BAD_PROP_ORDER: { message: 'an anchor or tag is in the wrong place', mend: 'write it directly before the value' },
  BAD_SCALAR_START: { message: 'text cannot start with this character', mend: 'put the text in quotes' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second "key: value" is on the same line',
    mend: 'put text that holds ": " in quotes, or start a new line',
  },
  BLOCK_IN_FLOW: { message: 'a block is inside brackets or braces', mend: 'close the bracket or brace before it' },
  DUPLICATE_KEY: { message: 'the field is written twice', mend: 'keep one of them' },
  IMPOSSIBLE: { message: 'the YAML cannot be read here', mend: 'look at quotes, brackets and indentation' },
  KEY_OVER_1024_CHARS: {
    message: 'a field name is longer than 1024 characters',
    mend: 'look for a missing quote or line break',
  },
  MISSING_CHAR: { message: 'a quote, bracket, comma, colon or space is missing', mend: 'add it' },
  MULTILINE_IMPLICIT_KEY: { message: 'a field name goes over more than one line', mend: INDENT },
  MULTIPLE_ANCHORS: { message: 'a value has two anchors', mend: 'keep one of them' },
  MULTIPLE_DOCS: { message: 'more than one document', mend: 'separate documents with a line `---`' },
  MULTIPLE_TAGS: { message: 'a value has two tags', mend: 'keep one of them' },
  NON_STRING_KEY: {
    message: 'a field name is not a string',
    mend: 'put it in quotes; `{{ … }}` of a template needs them too',
  },
  RESOURCE_EXHAUSTION: { message: 'the document is nested too deeply', mend: 'write it flatter' },
  TAB_AS_INDENT: { message: 'a tab is used to indent', mend: 'indent with spaces' },
  TAG_RESOLVE_FAILED: {
    message: 'the tag is unknown or does not fit the value',
    mend: 'remove the tag, or put text that starts with "!" in quotes',
  },
  UNEXPECTED_TOKEN: {
    message: 'this does not belong here',
    mend: 'look at the indentation, and for a missing quote or "- " above',
  },
};

export function yamlSentences(code: ErrorCode, original: string): Sentences {
  if (code !== 'MISSING_CHAR') return SENTENCES[code];
  // One code for many faults. The originals of this one hold no text of the file, so they may be told apart.
  if (original.startsWith('Missing closing'))
    return { message: 'a quote is not closed', mend: 'add the closing quote' };
  if (original.startsWith('Implicit map keys'))
    return { message: 'the field has no colon', mend: 'write `name: value`' };
  if (original.startsWith('Missing ,')) return { message: 'a comma is missing between two entries', mend: 'add it' };
  return SENTENCES[code];
}
