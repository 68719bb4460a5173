import { expect, it } from 'vitest';
import { PERSONAL_DATA, findPersonalData } from './personal-data.ts';

it('each kind has a finder', () => {
  const text =
    'Ada, ada@maths.co.uk, +44 20 7946 0958, DE89 3704 0044 0532 0130 00, 4111 1111 1111 1111, DNI 12345678Z';
  const found = PERSONAL_DATA.map((kind) =>
    findPersonalData(kind, text).map(({ start, end }) => text.slice(start, end)),
  );
  expect(found).toEqual([
    ['4111 1111 1111 1111'],
    ['DE89 3704 0044 0532 0130 00'],
    ['ada@maths.co.uk'],
    ['+44 20 7946 0958'],
    ['12345678Z'],
  ]);
});

it('nothing is found in next to nothing', () => {
  expect(findPersonalData('email', 'a@b')).toEqual([]);
});

it('takes a time that grows with the length', () => {
  for (const unit of ['1', '1 ', '@a.', 'DE89 ', '+1 ', 'tel: 12 ', '123-45-', '1111 ']) {
    const text = unit.repeat(300_000);
    const begun = performance.now();
    for (const kind of PERSONAL_DATA) findPersonalData(kind, text);
    expect(performance.now() - begun).toBeLessThan(6_000);
  }
});
