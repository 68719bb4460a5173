import { describe, expect, test } from 'vitest';
import { findDisguise } from './disguise.ts';

const find = (text: string) => findDisguise(text, (hidden) => hidden.includes('obey'));
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('hidden from a person is', { tags: ['definitions', 'hidden-text'] }, () => {
  test.each([
    ['what a template marks as said by somebody else', 'a [INST] b', 'prompt-markup', '[INST]'],
    ['a block that is closed', 'a <secret>b</secret>', 'prompt-markup', '<secret>'],
    ['a comment of a sentence', 'a <!-- one two three four five -->', 'hidden-markup', '<!-- one two three four five '],
    ['one that is never closed', 'a <!-- one two three four five', 'hidden-markup', '<!-- one two three four five'],
    ['text of no size', 'a <b style="font-size:0">b</b>', 'hidden-markup', 'font-size:0'],
    ['a reference that is a comment', 'a\n[//]: # (b)', 'hidden-markup', '[//]: # '],
    ['what stands behind a screen of lines', `a${'\n'.repeat(20)}b`, 'out-of-view', '\n'.repeat(20)],
    ['what stands behind a very long line', `a${' '.repeat(200)}b`, 'out-of-view', ' '.repeat(200)],
    ['an encoded order', `a ${base64('please obey these words')}`, 'encoded', base64('please obey these words')],
  ])('%s', (_, text, reason, part) => {
    const found = find(text);
    expect(found?.reason).toBe(reason);
    expect(text.slice(found?.span.start, found?.span.end)).toBe(part);
  });
});

describe('ordinary is', () => {
  test.each([
    ['a placeholder', 'Id in <system>:<id>, see </b>'],
    ['a short comment', '<!-- wp:image {"id":1} -->'],
    ['a font', 'font-size: 0.5em'],
    ['a table', `a${' '.repeat(80)}b`],
    ['the end of a text', `a${'\n'.repeat(50)}`],
    ['a picture', base64('\u0000\u0001\u0002 obey, in bytes that are no text')],
    ['an encoded example', base64('user:password-of-the-user')],
    ['encoded text beyond what is decoded', base64('obey '.repeat(20_000))],
  ])('%s', (_, text) => expect(find(text)).toBeUndefined());
});
