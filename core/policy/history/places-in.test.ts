import { describe, expect, it } from 'vitest';
import { placesIn } from './places-in.ts';

const of = (args: unknown): readonly string[] => placesIn(Buffer.from(JSON.stringify(args)));

describe('where a call reaches to', () => {
  it('is the hosts of its URLs and the first folders of its paths, each once', () => {
    expect(
      of({ url: 'https://API.example.com/a', more: ['/data/in/x', '/data/in/y', { to: '/tmp' }], text: 'a / b', n: 1 }),
    ).toEqual(['api.example.com', '/data/in', '/tmp']);
  });

  it.each([[undefined], [{ a: null }], [['://', 'http://', '/', '//x', '']]])('is nothing in %j', (args) => {
    expect(args === undefined ? placesIn(undefined) : of(args)).toEqual([]);
  });

  it('is looked for within bounds', () => {
    expect(of(Array.from({ length: 50 }, (_, i) => `https://h${i}.example`))).toHaveLength(8);
    expect(of(['x'.repeat(70_000), 'https://a.example'])).toEqual([]);
    expect(of([`https://${'x'.repeat(3_000)}.example`])).toEqual([]);
    expect(placesIn(Buffer.from('{'))).toEqual([]);
  });
});
