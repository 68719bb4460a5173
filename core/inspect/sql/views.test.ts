import { expect, test } from 'vitest';
import { sqlViews } from './views.ts';

const read: Record<string, [value: string, view: string]> = {
  'percent escapes': ['%27%20or%201=1', "' or 1=1"],
  'two layers of them': ['%2527 or 1', "' or 1"],
  'escapes of IIS': ['%u0027 or 1', "' or 1"],
  'what is left of malformed escapes': ['%27 %zz %ff', "' %zz %ff"],
  'plus signs for blanks': ["'+or+1=1", "' or 1=1"],
  'plus signs and escapes': ['%27+or+1%3D1', "' or 1=1"],
  'full-width quotes': ['＇ or 1=1', "' or 1=1"],
  'a letter that becomes an apostrophe': ['\u02bc or 1', "' or 1"],
  'entities of HTML': ['&#39; or &quot;a', '\' or "a'],
  'an escaped quote': ["a\\' or 1", "a' or 1"],
  'escapes of JavaScript': ['\\u0027 or 1', "' or 1"],
  'all of it in escapes of JavaScript': ['\\u0031\\u0027\\x20or 1', "1' or 1"],
  'all of it in entities': ['&#49;&#x27;&#32&lpar;1&rpar;', "1' (1)"],
  'percent signs that escape nothing': ["%1%' %O%R %1%=%1", "1' OR 1=1"],
  'a blank that does not break': ["1'%a0or%a01", "1' or 1"],
};
for (const [name, [value, view]] of Object.entries(read)) {
  test(`a value is read with ${name}`, () => expect(sqlViews(value)).toContain(view));
}

test('a plain value is read once', () => expect(sqlViews("O'Brien or 1")).toEqual(["O'Brien or 1"]));

test('a few percent signs are meant', () => expect(sqlViews('100% of 5%')).toEqual(['100% of 5%']));

test('the value as it is comes first', () => expect(sqlViews('%27')[0]).toBe('%27'));

test('piled marks cost no more than their length', () => {
  const start = performance.now();
  sqlViews('\u0315\u0300'.repeat(30_000));
  expect(performance.now() - start).toBeLessThan(2_000);
});
