import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LogLimit } from './log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function made(): { log: LogLimit; lines: string[] } {
  const lines: string[] = [];
  return { log: new LogLimit((line) => lines.push(line)), lines };
}

it('passes fifty lines a second on and says how many it dropped', () => {
  const { log, lines } = made();
  for (let i = 0; i < 80; i++) log.push(String(i));
  expect(lines).toHaveLength(50);
  vi.advanceTimersByTime(1_000);
  expect(lines.slice(50)).toEqual(['30 lines dropped: too many, or too long']);
  log.push('again');
  expect(lines.at(-1)).toBe('again');
});

it('says nothing of a window in which all was passed on', () => {
  const { log, lines } = made();
  log.push('a');
  vi.advanceTimersByTime(5_000);
  expect(lines).toEqual(['a']);
});

it('counts a line that was too long', () => {
  const { log, lines } = made();
  log.drop();
  log.flush();
  expect(lines).toEqual(['1 line dropped: too many, or too long']);
});
