import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { yamlSentences } from './yaml-error.ts';

function firstError(text: string) {
  for (const { errors } of [parseAllDocuments(text)].flat()) if (errors[0] !== undefined) return errors[0];
  for (const { warnings } of [parseAllDocuments(text)].flat()) if (warnings[0] !== undefined) return warnings[0];
  return expect.fail(`it is read: ${text}`);
}

const cases: Record<string, [text: string, message: string]> = {
  'a quote that is open': ['a: "b', 'a quote is not closed'],
  'a name without a colon': ['a: 1\nb\n', 'the field has no colon'],
  'a comma that is missing': ['a: ["b" "c"]', 'a comma is missing between two entries'],
  'a field that is there twice': ['a: 1\na: 2', 'the field is written twice'],
  'a tab': ['a:\n\t- b: 1\n\t  c: 2', 'a tab is used to indent'],
  'an indentation': ['a: [b', 'the indentation is wrong, or a bracket or brace is not closed'],
  'an alias without a name': ['a: *', 'is not the name of an anchor'],
  'an escape': ['a: "\\q"', 'no such escape in double quotes'],
  'a second mapping on a line': ['a: b: c', 'a second "key: value" is on the same line'],
  'text that begins with a character of YAML': ['a: @b', 'text cannot start with this character'],
  'a tag nobody knows': ['a: !b c', 'the tag is unknown or does not fit the value'],
};

describe('of YAML that cannot be read is said', () => {
  for (const [name, [text, message]] of Object.entries(cases)) {
    test(`${name}: ${message}`, () => {
      const { code, message: original } = firstError(text);
      expect(yamlSentences(code, original).message).toBe(message);
    });
  }
});

test('no sentence repeats the text, which may be a secret', () => {
  for (const text of Object.values(cases).map(([one]) => one.replaceAll('b', 'hunter2').replaceAll('q', 'Q'))) {
    const { code, message } = firstError(text);
    expect(JSON.stringify(yamlSentences(code, message))).not.toContain('hunter2');
  }
});

test('every sentence says how to mend it', () => {
  for (const code of ['MISSING_CHAR', 'IMPOSSIBLE', 'UNEXPECTED_TOKEN', 'NON_STRING_KEY'] as const) {
    expect(yamlSentences(code, 'something new').mend).toMatch(/\w/);
  }
});
