import { expect, test } from 'vitest';
import type { Call } from './call.ts';
import { outputOf, readsScript } from './output.ts';
import { known, printing, SOMETHING } from './values.ts';

function call(line: string, input?: Call['input']): Call {
  const argv = line.split(' ').map(known);
  return { name: argv[0]?.text ?? '', argv, input, written: [], read: [], start: 0, end: line.length };
}

test.each(['curl x', 'curl -o - x', 'wget -qO- x', 'wget -O - x', 'wget --output-document=- x', 'nc h 1'])(
  '%s prints what it fetches',
  (line) => expect(outputOf(call(line)).fetched).toBe(true),
);
test.each(['curl -o y x', 'curl -sO x', 'wget x', 'ls'])('%s does not', (line) =>
  expect(outputOf(call(line)).fetched).toBe(false),
);

test.each(['base64 -d', 'xxd -r -p', 'openssl enc -d', 'gpg --decrypt x', 'tr a b', 'gzip -dc x'])(
  '%s decodes',
  (line) => expect(outputOf(call(line)).decoded).toBe(true),
);
test.each(['base64 x', 'xxd x', 'openssl rand 3', 'gzip x'])('%s does not', (line) =>
  expect(outputOf(call(line)).decoded).toBe(false),
);

test.each([
  ['echo a b', 'a b\n'],
  ['echo -n -e a\\x41', 'aA\n'],
  ['echo a\\n', 'a\\n\n'],
  ['printf %s-%s a b', 'a-b'],
  ['printf %% a', '%'],
  ['printf \\141\\u0062', 'ab'],
  ['printf', ''],
])('%s prints %j', (line, text) => expect(outputOf(call(line)).text).toBe(text));

test('what goes in comes out of cat, of a filter as something', () => {
  expect(outputOf(call('cat', printing('x'))).text).toBe('x');
  expect(outputOf(call('head -1', { ...SOMETHING, fetched: true }))).toMatchObject({ fetched: true, text: undefined });
});

test('a tool that prints its set-up is known by its command', () => {
  expect(outputOf(call('starship init bash')).setUp).toBe(true);
  expect(outputOf(call('thefuck --alias')).setUp).toBe(true);
  expect(outputOf(call('evil run')).setUp).toBe(false);
});

test.each([
  ['sh', true],
  ['sh -', true],
  ['bash -s -- a', true],
  ['bash x.sh', false],
  ['python3 -m json.tool', false],
])('%s reads its script from standard input: %s', (line, reads) => expect(readsScript(call(line).argv)).toBe(reads));
