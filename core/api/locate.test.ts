import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { type Anchor, offsetOf, pathOfKey, startOfDocument } from './locate.ts';

const TEXT = `# a comment
spec:
  tools:
    - names: [a, "b"]
      effect: Deny
    - {names: [c], when: }
  shared: &rule
    mode: Shadow
  copy: *rule
  twice: 1
  twice: 2
  empty:
`;
const document = parseDocument(TEXT, { uniqueKeys: false });

/** The text from the place that a path leads to, to the end of its line. */
const at = (path: PropertyKey[], anchor: Anchor = 'value'): string | undefined =>
  TEXT.slice(offsetOf(document, path, anchor)).split('\n')[0];

describe('a path leads to', () => {
  const cases: Record<string, [path: PropertyKey[], anchor: Anchor, text: string]> = {
    'a value': [['spec', 'tools', 0, 'effect'], 'value', 'Deny'],
    'a value in quotes': [['spec', 'tools', 0, 'names', 1], 'value', '"b"]'],
    'an entry of a list': [['spec', 'tools', 1], 'value', '{names: [c], when: }'],
    'the key of a value': [['spec', 'tools', 0, 'effect'], 'key', 'effect: Deny'],
    'what should hold what is not there': [['spec', 'tools', 0, 'none'], 'parent', 'names: [a, "b"]'],
    'the key, where no value is written': [['spec', 'empty'], 'value', 'empty:'],
    'the key, where none is written in braces': [['spec', 'tools', 1, 'when'], 'value', 'when: }'],
    'the last of two with one name, which is the one that counts': [['spec', 'twice'], 'value', '2'],
    'what an alias stands for': [['spec', 'copy', 'mode'], 'value', 'Shadow'],
    'an alias itself': [['spec', 'copy'], 'value', '*rule'],
    'the nearest above a key that is not there': [['spec', 'none', 'deeper'], 'value', 'tools:'],
    'the nearest above an entry that is not there': [['spec', 'tools', 9], 'value', '- names: [a, "b"]'],
    'a scalar, for whatever would be in it': [['spec', 'twice', 'deeper'], 'value', '2'],
    'the first line with something on it, for no path': [[], 'value', 'spec:'],
  };
  for (const [name, [path, anchor, text]] of Object.entries(cases)) {
    test(name, () => expect(at(path, anchor)).toBe(text));
  }

  test('the beginning of a document that is empty', () => {
    const empty = parseDocument('# nothing\n');
    expect(offsetOf(empty, ['spec'], 'value')).toBe(startOfDocument(empty));
  });

  test('no alias for ever: one that names itself has nothing in it', () => {
    const loop = parseDocument('a: &a\n  b: *a\n');
    expect(offsetOf(loop, ['a', 'b', 'b', 'b', 'c'], 'value')).toBeGreaterThan(0);
  });
});

describe('a place leads back to', () => {
  test.each([
    ['effect', ['spec', 'tools', '0', 'effect']],
    ['spec', ['spec']],
    ['when', ['spec', 'tools', '1', 'when']],
    ['mode', ['spec', 'shared', 'mode']],
  ])('the path of the key %s', (key, path) => {
    expect(pathOfKey(document, TEXT.indexOf(key)).map(String)).toEqual(path);
  });
  test('nothing where no key begins', () => {
    expect(pathOfKey(document, TEXT.indexOf('Deny'))).toEqual([]);
    expect(pathOfKey(document, TEXT.length + 5)).toEqual([]);
  });
});
