import { expect, it } from 'vitest';
import { isSafeWord } from './safe-words.ts';

it.each([
  ['fast', 'mode', undefined],
  ['EUR', 'currency', undefined],
  ['de-DE', 'userLanguage', undefined],
  ['Ada Lovelace', 'who', { enum: ['Ada Lovelace'] }],
  ['only', 'anything', { const: 'only' }],
])('%s as %s is kept', (text, name, schema) => expect(isSafeWord(text, name, schema)).toBe(true));

it.each([
  ['ada', 'name', undefined],
  ['ada', 'customer', undefined],
  ['a sentence of words', 'mode', undefined],
  ['A1B2C3D4', 'mode', undefined],
  ['x'.repeat(25), 'mode', undefined],
  ['other', 'who', { enum: ['Ada'] }],
  ['x'.repeat(65), 'who', { enum: ['x'.repeat(65)] }],
  ['fast', '', undefined],
])('%s as %s is not', (text, name, schema) => expect(isSafeWord(text, name, schema)).toBe(false));
