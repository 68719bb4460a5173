import { describe, expect, it } from 'vitest';
import { renderChart } from './chart.ts';

const result = (name: string, value: number, max: number) => ({ name, value, unit: '×', aim: { max }, command: 'c' });

describe('renderChart', () => {
  it('draws one bar for each result, says its value and aim, and shows what was missed', () => {
    const svg = renderChart([result('cpu/a', 1.2, 1.5), result('cpu/b', 3, 1.5)]);
    expect(svg.match(/<rect /g)).toHaveLength(2);
    expect(svg).toContain('1.2 × (≤ 1.5)');
    expect(svg).toContain('3 × (≤ 1.5, missed)');
    expect(svg.match(/class="missed"/g)).toHaveLength(1);
  });

  it('keeps within the picture, however far an aim is missed', () => {
    const widths = Array.from(renderChart([result('a', 1_000, 1)]).matchAll(/<rect [^>]*width="(\d+)"/g), ([, width]) =>
      Number(width),
    );
    expect(widths).toEqual([260]);
  });
});
