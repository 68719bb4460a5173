import { describe, expect, it, test } from 'vitest';
import { carriesText, findTerminalEscapes } from './terminal-escapes.ts';

/** What is left where all that was found is taken out, and what that was. */
function taken(text: string): readonly [rest: string, ...found: string[]] {
  let [rest, at] = ['', 0];
  const found = findTerminalEscapes(text).map((one) => {
    rest += text.slice(at, one.start);
    at = one.end;
    return one.reason;
  });
  return [rest + text.slice(at), ...found];
}

describe('is found whole', () => {
  const cases: Record<string, [text: string, rest: string, ...reasons: string[]]> = {
    'a colour': ['\u001b[1;31mred\u001b[0m', 'red', 'terminal-style', 'terminal-style'],
    'a cursor that moves': ['a\u001b[2K\u001b[1Gb', 'ab', 'terminal-control', 'terminal-control'],
    'the eight-bit form': ['\u009b8mhidden', 'hidden', 'terminal-style'],
    'a link': [
      '\u001b]8;;https://evil.example\u001b\\here\u001b]8;;\u001b\\.',
      'here.',
      'terminal-link',
      'terminal-control',
    ],
    'a link with BEL and an id': ['\u001b]8;id=1;https://evil.example\u0007here', 'here', 'terminal-link'],
    'the clipboard': ['a\u001b]52;c;cm0gLXJmIC8=\u0007b', 'ab', 'terminal-clipboard'],
    'the clipboard in eight bits': ['a\u009d52;c;cm0gLXJmIC8=\u009cb', 'ab', 'terminal-clipboard'],
    'a title of the window': ['\u001b]0;root@host\u0007x', 'x', 'terminal-command'],
    'a device control string': ['\u001bP+q544e\u001b\\x', 'x', 'terminal-command'],
    'a command that a line end cuts off': ['\u001b]0;title\nnext', '\nnext', 'terminal-command'],
    'a command that another sequence cuts off': ['\u001b]0;a\u001b[1mb', 'b', 'terminal-command', 'terminal-style'],
    'a command without an end': ['a\u001b]52;c;x', 'a', 'terminal-clipboard'],
    'a reset': ['a\u001bcb', 'ab', 'terminal-control'],
    'a charset': ['a\u001b(0b', 'ab', 'terminal-control'],
    'a bell': ['a\u0007b', 'ab', 'terminal-control'],
    'ESC at the end': ['a\u001b', 'a', 'terminal-control'],
    'a control without an end': ['a\u001b[12\u00e4', 'a\u00e4', 'terminal-control'],
    backspaces: ['delete\b\bread', 'deleteread', 'overwrites-text', 'overwrites-text'],
    'a return within a line': ['rm -rf /\rls', 'rm -rf /ls', 'overwrites-text'],
  };
  for (const [name, [text, ...expected]] of Object.entries(cases))
    test(name, () => expect(taken(text)).toEqual(expected));
});

it('lines, tabs and wrongly decoded quotes are none', () => {
  expect(findTerminalEscapes('a\r\n\tb\r')).toEqual([]);
  expect(findTerminalEscapes('don\u0092t \u0085')).toEqual([]);
});

it('what holds text of its own is told from what only changes how text looks', () => {
  expect([carriesText({ reason: 'terminal-clipboard' }), carriesText({ reason: 'terminal-style' })]).toEqual([
    true,
    false,
  ]);
});

it.each([
  ['commands that begin', '\u001b]'],
  ['controls that never end', '\u001b[1;'],
  ['eight-bit commands', '\u009d8;;'],
  ['parameters', '\u001b[' + '1;'.repeat(200)],
  ['returns', 'a\r'],
])('a megabyte of %s takes little time', (_, part) => {
  const text = part.repeat(Math.ceil(1_000_000 / part.length));
  const start = performance.now();
  findTerminalEscapes(text);
  expect(performance.now() - start).toBeLessThan(5_000);
});
