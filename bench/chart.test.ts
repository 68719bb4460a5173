import { describe, expect, it } from 'vitest';
import { renderChart } from './chart.ts';
import type { Result } from './results.ts';

const result = (given: Partial<Result>): Result => ({
  name: 'memory/idle',
  value: 60,
  unit: 'MB',
  aim: { max: 75 },
  command: 'npm run bench',
  ...given,
});

describe('renderChart', () => {
  it.each([
    { name: 'an aim that is met', value: 60, expected: '<rect class="met"', text: '>60 MB<' },
    { name: 'an aim that is missed', value: 90, expected: '<rect class="missed"', text: '>90 MB<' },
    {
      name: 'a bar beyond the scale, with its true number',
      value: 900,
      expected: '<path class="missed"',
      text: '>900 MB<',
    },
  ])('shows $name', ({ value, expected, text }) => {
    const svg = renderChart([result({ value })]);
    expect(svg).toContain(expected);
    expect(svg).toContain(text);
    expect(svg).toContain('>≤ 75<');
  });

  it('draws the aim where a bar of exactly the aim ends', () => {
    const svg = renderChart([result({ value: 75 })]);
    const [, x, width] = /<rect class="met" x="(\d+)" y="\d+" width="(\d+)"/.exec(svg) ?? [];
    expect(svg).toContain(`<line class="aim" x1="${Number(x) + Number(width)}"`);
  });

  it('is the same for the same results in any order', () => {
    const results = [
      result({}),
      result({ name: 'start/ready', unit: 'ms' }),
      result({ name: 'cpu/5kb-text', unit: '×' }),
    ];
    expect(renderChart(results.toReversed())).toBe(renderChart(results));
  });

  it('leaves out what was not measured', () => {
    expect(renderChart([])).not.toContain('class="label"');
  });
});
