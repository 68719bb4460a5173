import { describe, expect, test } from 'vitest';
import { weighFragments } from './fragments.ts';
import { BARE, QUOTED, streamOf } from './testing/stream-of.ts';

function weigh(text: string, breakout = false): number {
  const standing = { ...(breakout ? QUOTED : BARE), capitals: /[a-z]/.test(text) };
  return weighFragments(streamOf(text), standing, text);
}

describe('pieces of SQL add up to a finding', () => {
  const pieces = [
    'x FROM a GROUP BY b HAVING c',
    'from t where a = 1',
    'order by 3',
    'select/**/a/**/from b',
    '@@version, @@hostname',
    'sElEcT a FrOm b',
    ') when 1 then',
    'case when a then b INTO c',
    'a like "%',
    'into outfile x',
    'procedure analyse x',
    'union select null limit 1 is null',
    'concat(char(1), 0x616263646566, 0x616263646566)',
    'sqlite_master, sysobjects',
    'having count(a) LIMIT 5',
    'INSERT INTO a VALUES',
    '/*!50000a*/ /*!50000b*/',
  ];
  for (const text of pieces) test(text, () => expect(weigh(text)).toBeGreaterThanOrEqual(100));
});

describe('one piece alone is none', () => {
  const pieces = [
    'order by phone',
    'group by colour',
    'status = Open AND labels IN (a) ORDER BY created',
    'max(1, min(2, floor(3)))',
    'SELECT ONE OF THESE',
    'Select one',
    'RegExp or RegExp',
    'case closed',
    'when is it then',
    'a like b',
    'limit 10',
    'into the wild',
    'civil procedure',
    'trade union',
    'where is it',
    'is nothing',
    'having fun',
    'from here',
  ];
  for (const text of pieces) test(text, () => expect(weigh(text)).toBeLessThan(100));
});

test('behind a quote less is enough', () => expect(weigh('x', true)).toBeGreaterThan(weigh('x')));
