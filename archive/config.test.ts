import { expect, test } from 'vitest';
import { parseConfig, readConfig } from './config.ts';

const LEAST = 'tls: /tls\nstore: {sqlite: {file: /data/archive.db}}\n';

test('the least that has to be said', () => {
  expect(parseConfig(LEAST, 'x.yaml')).toEqual({
    ports: { archive: 8443, metrics: 8080 },
    logLevel: 'info',
    tls: '/tls',
    store: { sqlite: { file: '/data/archive.db' } },
    retention: 90 * 86_400_000,
    readers: { kubernetes: false },
  });
});

test('how long records are kept', () => {
  const of = (retention: string) => parseConfig(`${LEAST}retention: ${retention}\n`, 'x.yaml').retention;
  expect([of('10s'), of('5m'), of('2h'), of('30d'), of('null')]).toEqual([
    10_000,
    300_000,
    7_200_000,
    2_592_000_000,
    null,
  ]);
});

test('what is wrong is named', () => {
  const wrong = (text: string) => () => parseConfig(text, 'x.yaml');
  expect(wrong(`${LEAST}retention: soon\n`)).toThrow(/x\.yaml is not a configuration[^]*retention: is no span of time/);
  expect(wrong('tls: /tls\nstore: {}\n')).toThrow('store: is either sqlite or postgres');
  expect(wrong('tls: /tls\nstore: {sqlite: {file: a}, postgres: {urlFile: b}}\n')).toThrow(
    'is either sqlite or postgres',
  );
  expect(wrong(`${LEAST}retentoin: 1d\n`)).toThrow('retentoin');
  expect(wrong('{')).toThrow('x.yaml is not YAML');
  expect(() => readConfig('/nowhere/x.yaml')).toThrow('/nowhere/x.yaml cannot be read (ENOENT)');
});
