import { describe, expect, test } from 'vitest';
import { inLatin, skeletonOf } from './confusables.ts';

describe('in Latin letters', () => {
  test.each([
    ['plain text stays what it is', 'send_email', 'send_email'],
    ['Cyrillic look-alikes', '\u0455\u0435nd', 'send'],
    ['Greek capitals', '\u0391\u0392', 'AB'],
    ['full-width letters', '\uff53\uff45nd', 'send'],
    ['letters of mathematics', '\u{1d42c}end', 'send'],
    ['without accents', 's\u0301énd', 'send'],
    ['without what is not seen', 's\u200bend\u{e0061}', 'send'],
    ['letters that look like no Latin one', '\u0436\u4e2d', '\u0436\u4e2d'],
  ])('%s', (_, text, latin) => expect(inLatin(text)).toBe(latin));

  test('marks that are piled up cost no more than others', () => {
    expect(inLatin(`a${'\u0301'.repeat(100_000)}`)).toBe('a');
  });
});

describe('names that are taken for each other', { tags: ['look-alikes'] }, () => {
  test.each([
    ['send_email', 'sеnd_еmail'],
    ['send_email', 'send-email'],
    ['send_email', 'sendEmail'],
    ['list_files', '1ist_fi1es'],
    ['get_o', 'get_0'],
    ['modern', 'modem'],
    ['read', 're\u200bad'],
  ])('%s and %s', (one, other) => expect(skeletonOf(one)).toBe(skeletonOf(other)));

  test.each([
    ['read_file', 'read_files'],
    ['send_email', 'send_mail'],
  ])('but not %s and %s', (one, other) => expect(skeletonOf(one)).not.toBe(skeletonOf(other)));
});
