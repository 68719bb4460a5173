import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, expect, test, vi } from 'vitest';
import { styleFor } from './style.ts';

afterEach(() => vi.unstubAllEnvs());

function terminal(): NodeJS.WritableStream {
  const getColorDepth = (): number => WriteStream.prototype.getColorDepth(process.env);
  return Object.assign(new PassThrough(), { isTTY: true, getColorDepth });
}

test('what is no terminal gets no colours', () => {
  expect(styleFor(new PassThrough()).bad('no')).toBe('no');
});

test('a terminal gets them, unless its user wants none', () => {
  vi.stubEnv('TERM', 'xterm-256color');
  // Node takes no terminal of a CI for one that has colours.
  vi.stubEnv('CI', undefined);
  vi.stubEnv('NO_COLOR', undefined);
  vi.stubEnv('FORCE_COLOR', undefined);
  expect(styleFor(terminal()).bad('no')).toBe('\u001b[31mno\u001b[39m');
  expect(styleFor(terminal()).bad('')).toBe('');
  vi.stubEnv('NO_COLOR', '1');
  expect(styleFor(terminal()).bad('no')).toBe('no');
});
