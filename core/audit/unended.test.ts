import { expect, test } from 'vitest';
import { unended } from './unended.ts';

test('what may be lacking is an interval, open at its end while nothing follows', () => {
  const last = { line: 3, time: '2026-11-21T10:00:00.000Z' };
  expect(unended(last, 'the process died, or still runs')).toBe(
    'The stream that ends in line 3 has no close record: the process died, or still runs. What it recorded after 2026-11-21T10:00:00.000Z, if anything, is not here.',
  );
  expect(unended(last, 'another follows', '2026-11-21T11:00:00.000Z')).toContain(
    'after 2026-11-21T10:00:00.000Z and before 2026-11-21T11:00:00.000Z, if anything,',
  );
  expect(unended({ line: 3 }, 'it died')).toContain('it died. What it recorded, if anything, is not here.');
});
