import { expect, it } from 'vitest';
import { type PartialLine, PartialLines, partialLinesBound } from './partial-lines.ts';

const MIB = 1024 * 1024;

class Line implements PartialLine {
  heldBytes = 0;
  readonly #lines: PartialLines;

  constructor(lines: PartialLines) {
    this.#lines = lines;
  }

  hold(bytes: number): void {
    this.heldBytes += bytes;
    this.#lines.changed(this, bytes);
  }

  giveUp(): void {
    this.hold(-this.heldBytes);
  }
}

it('over the bound the largest line goes, as often as it takes', () => {
  const lines = new PartialLines(100);
  const [a, b, c] = [new Line(lines), new Line(lines), new Line(lines)];
  a.hold(40);
  b.hold(50);
  c.hold(10);
  expect([a, b, c].map(({ heldBytes }) => heldBytes)).toEqual([40, 50, 10]);
  c.hold(1);
  expect([a, b, c].map(({ heldBytes }) => heldBytes)).toEqual([40, 0, 11]);
  c.hold(200);
  expect([a, b, c].map(({ heldBytes }) => heldBytes)).toEqual([40, 0, 0]);
});

it.each([
  ['nobody says how much there is', undefined, 64 * MIB],
  ['there is no limit', 0, 64 * MIB],
  ['there is plenty', 2 ** 40, 64 * MIB],
  ['there is as much as the chart gives', 192 * MIB, 48 * MIB],
  ['there is hardly any', 32 * MIB, 16 * MIB],
])('the bound where %s', (_what, constrained, expected) => {
  expect(partialLinesBound(constrained)).toBe(expected);
});
