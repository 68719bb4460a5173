import { expect, it } from 'vitest';
import { endOf, ServingCertificate, type ServingState } from './serving-certificate.ts';

const pairOf = (name: string) => ({ cert: name, key: `key of ${name}`, notAfter: 0 });
const [first, second] = [pairOf('a'), pairOf('b')];

it('the last good one stays, and whoever listens hears of what is new', () => {
  const certificate = new ServingCertificate();
  const heard: ServingState[] = [];
  certificate.onChange((state) => heard.push(state));
  for (const read of [first, { ...first }, { problem: 'x' }, { problem: 'x' }, first, second]) certificate.take(read);
  expect(heard).toEqual([
    { pair: first, problem: undefined },
    { pair: first, problem: 'x' },
    { pair: first, problem: undefined },
    { pair: second, problem: undefined },
  ]);
  expect(certificate.state).toEqual(heard[3]);
});

it('says when it ends', () => {
  expect([endOf(first), endOf(undefined)]).toEqual(['1970-01-01T00:00:00.000Z', null]);
});
