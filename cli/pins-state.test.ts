import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeLine } from '../sidecar/memory/definition-lines.ts';
import { acceptPin, readPins } from './pins-state.ts';
import { folderWith } from './testing/run-cli.ts';

let state = '';
beforeEach(() => {
  state = folderWith();
  vi.stubEnv('SALLYPORT_STATE_DIR', state);
});
afterEach(() => vi.unstubAllEnvs());

const of = (name: string, digest: string) => ({ kind: 'tool', name, digest }) as const;
const seen = (name: string, digest: string): string => writeLine('seen', of(name, digest), { name, digest });
const first = (name: string, digest: string): string => writeLine('first', of(name, digest));

function write(server: string, lines: readonly string[], file = 'definitions.jsonl'): void {
  const folder = join(state, ...server.split('/'), 'pins');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), lines.map((line) => `${line}\n`).join(''));
}

describe('a definition is', () => {
  test.each<[string, string[], string[]]>([
    ['new', [seen('a', '1')], []],
    ['first-use', [seen('a', '1'), first('a', '1')], []],
    ['changed', [seen('a', '1'), first('a', '1'), seen('a', '2')], []],
    ['accepted', [seen('a', '1'), first('a', '1'), seen('a', '2')], [writeLine('accepted', of('a', '2'))]],
    ['changed', [seen('a', '2')], [writeLine('accepted', of('a', '1'))]],
    ['first-use', [seen('a', '1'), first('a', '1'), seen('a', '2'), seen('a', '1')], []],
  ])('%s', (expected, lines, accepted) => {
    write('x/y', lines);
    write('x/y', accepted, 'accepted.jsonl');
    expect(readPins().map((pin) => pin.state)).toEqual([expected]);
  });
});

test('it is compared with what was accepted last, or used first', () => {
  write('x/y', [seen('a', '1'), first('a', '1'), seen('a', '2')]);
  expect(readPins()[0]).toMatchObject({ before: { digest: '1' }, definition: { digest: '2' } });
  write('x/y', [writeLine('accepted', of('a', '3'), { digest: '3' })], 'accepted.jsonl');
  expect(readPins()[0]).toMatchObject({ before: { digest: '3' } });
});

test('those of all servers are found, or of one, by kind and name', () => {
  write('x/y', [seen('b', '1'), seen('a', '1')]);
  write('w/z', [seen('c', '1')]);
  mkdirSync(join(state, 'x', 'other'), { recursive: true });
  expect(readPins().map(({ server, of: { name } }) => `${server} ${name}`)).toEqual(['w/z c', 'x/y a', 'x/y b']);
  expect(readPins('x/y')).toHaveLength(2);
  expect(readPins('x/none')).toEqual([]);
});

test('what is accepted is written with what it is', () => {
  write('x/y', [seen('a', '1')]);
  const [pin] = readPins();
  if (pin === undefined) return expect.fail();
  acceptPin(pin);
  expect(readPins()[0]?.state).toBe('accepted');
  expect(readFileSync(join(state, 'x/y/pins/accepted.jsonl'), 'utf8')).toContain('"definition":{"name":"a"');
});

test('a file that cannot be written is told', () => {
  write('x/y', [seen('a', '1')]);
  const [pin] = readPins();
  mkdirSync(join(state, 'x/y/pins/accepted.jsonl'));
  expect(() => pin && acceptPin(pin)).toThrow(/cannot write .*accepted\.jsonl/);
  expect(() => readPins()).toThrow(/cannot read .*accepted\.jsonl/);
});
