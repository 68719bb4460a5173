import { expect, it } from 'vitest';
import { PemError, readPem } from './pem.ts';

const block = (label: string, body = 'AQID'): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

it('reads all of one label, and passes over what stands between', () => {
  const text = `# root\n${block('CERTIFICATE')}and another\n${block('CERTIFICATE', 'BA==')}`;
  expect(readPem(text, 'CERTIFICATE')).toEqual([Buffer.from([1, 2, 3]), Buffer.from([4])]);
  expect(readPem('nothing', 'CERTIFICATE')).toEqual([]);
});

it.each([
  ['another thing', block('PRIVATE KEY')],
  ['another thing behind a good one', block('CERTIFICATE') + block('PRIVATE KEY')],
  ['one that does not end', '-----BEGIN CERTIFICATE-----\nAQID'],
  ['one that is empty', block('CERTIFICATE', '')],
  ['what is no base64', block('CERTIFICATE', '!!')],
  ['one without a name', '-----BEGIN '],
])('takes no text with %s', (_what, text) => {
  expect(() => readPem(text, 'CERTIFICATE')).toThrow(PemError);
});
