import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { signingKey, signingKeyText } from '../../core/audit/note/note-keys.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { GivenKey } from './given-key.ts';

const NAME = 'sallyport/finance/ledger';
const [first, second] = [signingKey(NAME, Buffer.alloc(32, 1)), signingKey(NAME, Buffer.alloc(32, 2))];
const answer = (key = first) => ({ handleKey: 'x', signingKey: signingKeyText(key).trimEnd() });

function gate(folder = temporaryFolder(), waitMs = 20) {
  const keys: string[] = [];
  const problems: string[] = [];
  const given = new GivenKey({
    path: join(folder, 'audit.key'),
    name: NAME,
    onKey: ({ verifier }) => keys.push(verifier.text),
    onProblem: (problem) => problems.push(problem),
    waitMs,
  });
  return { folder, given, keys, problems, published: () => readFileSync(join(folder, 'audit.pub'), 'utf8') };
}

test('what the operator gives is kept, published and found again at the next start', () => {
  const { folder, given, keys, published } = gate();
  expect(given.current).toBeUndefined();
  given.take(answer());
  given.take(answer());
  expect(keys).toEqual([first.verifier.text]);
  expect(published()).toBe(`${first.verifier.text}\n`);
  expect(gate(folder).given.current?.verifier.text).toBe(first.verifier.text);
});

test('another one takes its place; the one before stays published, since older files are signed with it', () => {
  const { folder, given, keys, published } = gate();
  given.take(answer());
  given.take(answer(second));
  expect(keys).toEqual([first.verifier.text, second.verifier.text]);
  expect(published()).toBe(`${first.verifier.text}\n${second.verifier.text}\n`);
  expect(gate(folder).given.current?.verifier.text).toBe(second.verifier.text);
});

test('where none comes in time, one is made; that of the operator is taken when it comes', async () => {
  const { given, keys } = gate();
  await vi.waitFor(() => expect(keys).toHaveLength(1));
  expect(given.current?.verifier.name).toBe(NAME);
  given.settle();
  expect(keys).toHaveLength(1);
  given.take(answer());
  expect(keys[1]).toBe(first.verifier.text);
});

test.each([
  ['of another server', { signingKey: signingKeyText(signingKey('sallyport/finance/other', Buffer.alloc(32, 1))) }],
  ['that is none', { signingKey: 'hello' }],
])('a key %s is not taken, and not said', (_, other) => {
  const { given, keys, problems } = gate(undefined, 60_000);
  given.take(other);
  expect([given.current, keys]).toEqual([undefined, []]);
  expect(problems).toEqual([`what the operator gives is no key of ${NAME}`]);
});

test.each([[undefined], [null], ['hello'], [{ handleKey: 'x' }]])(
  'an answer without a key, %o, changes nothing',
  (other) => {
    const { given, keys, problems } = gate(undefined, 60_000);
    given.take(other);
    expect([given.current, keys, problems]).toEqual([undefined, [], []]);
  },
);

test('one that cannot be kept signs all the same, and it is said why, without the key', () => {
  const { folder, given, keys, problems } = gate(undefined, 60_000);
  mkdirSync(join(folder, 'audit.key.new'));
  given.take(answer());
  expect(keys).toEqual([first.verifier.text]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/audit\.key: EISDIR/);
  expect(problems[0]).not.toContain('PRIVATE');
  expect(existsSync(join(folder, 'audit.key'))).toBe(false);
});

test('what could not be kept is kept with a later answer, and another key does not sign before it is', () => {
  const { folder, given, keys, problems } = gate(undefined, 60_000);
  const inTheWay = join(folder, 'audit.key.new');
  mkdirSync(inTheWay);
  given.take(answer());
  rmdirSync(inTheWay);
  given.take(answer());
  expect(gate(folder).given.current?.verifier.text).toBe(first.verifier.text);
  mkdirSync(inTheWay);
  given.take(answer(second));
  expect([given.current?.verifier.text, problems.length]).toEqual([first.verifier.text, 2]);
  rmdirSync(inTheWay);
  given.take(answer(second));
  expect(keys).toEqual([first.verifier.text, second.verifier.text]);
  expect(gate(folder).given.current?.verifier.text).toBe(second.verifier.text);
});

test('a file that holds something else is refused at the start', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'audit.key'), 'hello');
  chmodSync(join(folder, 'audit.key'), 0o600);
  expect(() => gate(folder)).toThrow(/audit\.key is no signing key/);
});
