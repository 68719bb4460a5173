import { describe, expect, it } from 'vitest';
import { readings } from './disguises.ts';

function all(text: string, most = Infinity): string[] {
  const found: string[] = [];
  let left = most;
  readings(
    text,
    (reading) => found.push(reading),
    (units) => (left -= units) >= 0,
  );
  return found;
}

const VALUE = 'erika.m@kunde.example';
const BASE64 = Buffer.from(VALUE).toString('base64');
const HEX = Buffer.from(VALUE).toString('hex');

describe('readings of a text', () => {
  it.each([
    ['itself', VALUE],
    ['Base64', `see ${BASE64}!`],
    ['Base64 behind other letters', `see${BASE64}`],
    ['Base64 with blanks in it', BASE64.replace(/(.{10})/g, '$1 ')],
    ['Base64 of Base64', Buffer.from(BASE64).toString('base64')],
    ['hexadecimal', `0x${HEX}`],
    ['hexadecimal from the middle of a byte', `f${HEX}`],
    ['hexadecimal as bytes of C', HEX.replace(/(..)/g, '\\x$1')],
    ['hexadecimal as a list', HEX.replace(/(..)/g, '0x$1, ')],
    ['percent-encoding', HEX.replace(/(..)/g, '%$1')],
    ['backwards', VALUE.split('').toReversed().join('')],
    ['Base64 in hexadecimal', Buffer.from(BASE64).toString('hex')],
  ])('have %s', (_what, text) => {
    expect(all(text).some((reading) => reading.includes('rika.m@kunde.exampl'))).toBe(true);
  });

  it('are few where nothing is hidden', () => {
    expect(all('The meeting is moved to Tuesday, 10:30; 100% of us agree.')).toHaveLength(2);
    expect(all('50%25 off, as always')).toHaveLength(2);
  });

  it('end where the work does', () => {
    expect(all(BASE64, BASE64.length)).toEqual([BASE64]);
    expect(all(BASE64, 3)).toEqual([]);
  });
});
