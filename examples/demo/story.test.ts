import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { fold, Mismatch, Story } from './story.ts';

test.each([
  ['a short line stays one', 'a b', 40, ['a b']],
  [
    'a long one is broken at blanks',
    `${'a'.repeat(30)} ${'b'.repeat(30)}`,
    40,
    ['a'.repeat(30), `  ${'b'.repeat(30)}`],
  ],
  ['a long word stays whole', 'a'.repeat(60), 40, ['a'.repeat(60)]],
  ['what follows a long word begins a line', `${'a'.repeat(60)} b`, 40, ['a'.repeat(60), '  b']],
  [
    'a width that nothing fits into is not taken literally',
    `${'a'.repeat(30)} ${'b'.repeat(30)}`,
    -7,
    ['a'.repeat(30), `  ${'b'.repeat(30)}`],
  ],
])('%s', (_, line, columns, lines) => {
  expect(fold(line, columns)).toEqual(lines);
});

test.each([
  ['into a pipe', {}, {}, false],
  ['at a terminal', { isTTY: true }, {}, true],
  ['at a terminal with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, false],
  ['at a terminal that does not know its width', { isTTY: true, columns: 0 }, {}, true],
])('colours are used as expected %s', (_, terminal, env, coloured) => {
  const told = { text: '' };
  const output = new Writable({
    write(chunk, _encoding, done) {
      told.text += String(chunk);
      done();
    },
  });
  const story = new Story(Object.assign(output, terminal), env);
  story.step(1, 'It begins');
  story.output('and goes on '.repeat(30));
  story.observe(true, 'as it should', undefined);
  expect(told.text.includes('\u001b[')).toBe(coloured);
});

test('what is not observed says what was expected and what was seen', () => {
  const story = new Story(new Writable(), {});
  expect(() => story.observe(false, 'the call is refused', { isError: false })).toThrow(
    new Mismatch('the call is refused', '{"isError":false}'),
  );
});
