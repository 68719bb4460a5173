import { describe, expect, it } from 'vitest';
import { findPersonalData } from './personal-data.ts';

const found = (text: string, key?: string): string[] =>
  findPersonalData('nationalId', text, key).map(({ start, end }) => text.slice(start, end));

describe('is known by its form and check', () => {
  it.each([
    ['ITIN of the United States', '940-77-9378'],
    ['personnummer of Sweden', '400905-5379'],
    ['henkilötunnus of Finland', '110353-2121'],
    ['AHV number of Switzerland', '756.9815.7002.68'],
    ['resident number of Korea', '520906-2448620'],
    ['resident identity card of China', '440305198303202504'],
    ['NRIC of Singapore', 'S4104867J'],
    ['CURP of Mexico', 'GOMC700726HDFRRL04'],
  ])('%s', (_what, number) => {
    expect(found(`1, ${number}, x`)).toEqual([number]);
  });
});

describe('is known where it is named', () => {
  it.each([
    ['fødselsnummer', '16126979332'],
    ['cpr', '280680-6711'],
    ['My Number', '274093075571'],
    ['national id', 'Y173550768'],
    ['id number', '4403057354088'],
    ['teudat zehut', '601468176'],
    ['TC kimlik', '13880097602'],
    ['PPS', '3760080R'],
    ['NIF', '275557944'],
    ['CNP', '2520420149083'],
    ['PAN', 'CGFPE2788C'],
  ])('as %s', (name, number) => {
    expect([found(`${name}: ${number}`), found(number, name), found(`order ${number}`)]).toEqual([
      [number],
      [number],
      [],
    ]);
  });
});

describe('is none', () => {
  it.each([
    ['a wrong check digit', '400905-5378'],
    ['no such day', '409905-5370'],
    ['a wrong letter', 'S4104867K'],
    ['a wrong check character', '440305198303202505'],
    ['a group that is not given out', '940-67-9378'],
    ['another prefix', '760.9815.7002.68'],
    ['a part of a longer one', 'XS4104867J'],
  ])('%s', (_what, number) => {
    expect(found(`1, ${number}, x`)).toEqual([]);
  });
});
