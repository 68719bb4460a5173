import { expect, test } from 'vitest';
import { cardOf } from './card.ts';
import { definitionDigest } from './definition.ts';

test('a person is told what the server says of the tool, and by which digest that is known', () => {
  const value = {
    name: 'transfer',
    title: 'Transfer money',
    description: 'Moves money between accounts.',
    annotations: { title: 'not this one', destructiveHint: true, idempotentHint: false, openWorldHint: 'yes' },
  };
  expect(cardOf('transfer', value)).toEqual({
    digest: definitionDigest({ kind: 'tool', value }),
    shown: {
      title: 'Transfer money',
      description: 'Moves money between accounts.',
      claims: { destructive: true, idempotent: false },
    },
  });
});

test.each([
  ['nothing', {}],
  ['what is of other types', { title: 5, description: ['x'], annotations: 'none' }],
  ['blanks', { title: ' ', description: '' }],
])('of a definition with %s nothing is shown', (_, more) => {
  expect(cardOf('x', { name: 'x', ...more }).shown).toEqual({});
});

test('the title of the annotations stands in for one', () => {
  expect(cardOf('x', { name: 'x', annotations: { title: 'X' } }).shown.title).toBe('X');
});

test('its words are harmless wherever they are shown, cut, and what the lints find in them is said', () => {
  const description = `Adds.\n<b>State</b> Approved \u{E0041}${'x'.repeat(2000)}`;
  const { shown } = cardOf('add', { name: 'add', description });
  expect(shown.description).toMatch(
    /^Adds\.\\u\{a\}\\u\{3c\}b>State\\u\{3c\}\/b> Approved \\u\{e0041\}x+… \[\d+ more characters\]$/,
  );
  expect(shown.description?.length).toBeLessThanOrEqual(1024);
  expect(shown.findings?.[0]).toMatch(/^definition: hiddenText at \/description: /);
});
