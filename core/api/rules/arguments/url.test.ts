import { expect, it } from 'vitest';
import { argumentSchema } from './of-type.ts';

const complaint = (said: object): string | undefined =>
  argumentSchema
    .safeParse({ type: 'url', ...said })
    .error?.issues.map(({ message }) => message)
    .join();

it('takes ranges of both families', () => {
  expect(complaint({ privateAddresses: ['10.0.0.0/8', 'fd00:1::/32', '127.0.0.1/32'] })).toBeUndefined();
});

it.each(['10.0.0.0', '10.0/8', '10.0.0.0/33', 'example.com/8', 'fd00::/129', ':::/8'])('%s is no range', (range) => {
  expect(complaint({ privateAddresses: [range] })).toContain(
    'is not a range of addresses; write for example 10.20.0.0/16',
  );
});

it.each(['HTTPS', 'https:', 'https://', '', '1a'])('%j is no scheme', (scheme) => {
  expect(complaint({ schemes: [scheme] })).toContain('is not the scheme of a URL');
});

it.each([0, 65_536, 1.5])('%d is no port', (port) => {
  expect(complaint({ ports: [port] })).toContain('is not a whole number from 1 to 65535');
});

it('has schemes for URLs alone', () => {
  expect(complaint({ type: 'host', schemes: ['https'] })).toContain('goes with the type url only');
});
