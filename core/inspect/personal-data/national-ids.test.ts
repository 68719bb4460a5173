import { describe, expect, it } from 'vitest';
import { findLetteredIds, isNationalId } from './national-ids.ts';
import { numberRuns } from './numbers.ts';

const found = (text: string, key?: string): string[] =>
  [...numberRuns(text).filter((run) => isNationalId(run, text, key)), ...findLetteredIds(text)].map(({ start, end }) =>
    text.slice(start, end),
  );

describe('a number that a state knows somebody by', () => {
  it.each([
    ['id 12 CPF 529.982.247-25 2026', '529.982.247-25'],
    ['SSN 536-22-8731', '536-22-8731'],
    ['bsn: 111222333', '111222333'],
    ['DNI 12345678Z', '12345678Z'],
    ['NIE X1234567L', 'X1234567L'],
    ['cf RSSMRA85T10A562S', 'RSSMRA85T10A562S'],
    ['PESEL 44051401359', '44051401359'],
    ['CPF 529.982.247-25', '529.982.247-25'],
    ['CNPJ 11.222.333/0001-81', '11.222.333/0001-81'],
    ['aadhaar 2341 2341 2346', '2341 2341 2346'],
    ['NIR 255081416802538', '255081416802538'],
    ['Steuer-ID 86095742719', '86095742719'],
    ['NI QQ123456C'.replace('QQ', 'AB'), 'AB123456C'],
    ['sin 046 454 286', '046 454 286'],
    ['TFN 123 456 782', '123 456 782'],
    ['NHS number 943 476 5919', '943 476 5919'],
    ['rijksregister 85.07.30-033.28', '85.07.30-033.28'],
  ])('is found in %j', (text, part) => {
    expect(found(text)).toEqual([part]);
  });

  it.each([
    'order 111222333',
    'SSN 666-22-8731',
    '12345678A',
    '192.168.100.200',
    'CPF 111.111.111-11',
    'CPF 529.982.247-24',
    'CNPJ 11.222.333/0001-82',
    'aadhaar 2341 2341 2347',
    'PESEL 44051401358',
    'NIR 255081416802539',
    'Steuer-ID 86095742718',
    'cf RSSMRA85T10A562T',
    'NHS number 943 476 5918',
  ])('is not %j', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('is told by the key of its member where the text does not say', () => {
    expect([found('111222333', 'bsn'), found('111222333', 'order')]).toEqual([['111222333'], []]);
  });
});
