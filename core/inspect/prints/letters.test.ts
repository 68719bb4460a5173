import { expect, test } from 'vitest';
import { lettersOf } from './letters.ts';

function read(text: string): string {
  const { codes, length } = lettersOf(text);
  return String.fromCharCode(...codes.subarray(0, length));
}

test.each([
  ['Erika  Mustermann,\n(born 1984-05-01)', 'erikamustermannborn19840501'],
  ['Straße in MÜNCHEN — „Haus“ № 7', 'straßeinmünchenhausno7'],
  ['ｆｕｌｌ ｗｉｄｔｈ １２', 'fullwidth12'],
  ['zero​width﻿ and soft­hyphen', 'zerowidthandsofthyphen'],
  ['客户、数据。', '客户数据'],
  ['', ''],
])('of %j are %j', (text, letters) => {
  expect(read(text)).toBe(letters);
});
