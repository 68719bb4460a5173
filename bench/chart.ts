/** The results as a picture for the README: how near each measure is to its aim. Same results, same bytes. */
import { describeAim, isMet, type Result } from './results.ts';

/** What is shown, in this order, and in words. */
const BARS: readonly (readonly [name: string, label: string])[] = [
  ['cpu/0.5kb-text', 'CPU of a call of 0.5 KB'],
  ['cpu/5kb-text', 'CPU of a call of 5 KB'],
  ['cpu/5kb-rows', '… many small values'],
  ['cpu/50kb-text', 'CPU of a call of 50 KB'],
  ['cpu/50kb-rows', '… many small values'],
  ['answer/sse-0.5kb', 'CPU of an answer as an event'],
  ['latency/added-p50-0.5kb-text', 'Added to the answer time'],
  ['latency/first-event', 'Added to the first event'],
  ['decide/exact-1000-to-10', '1,000 rules over 10, names'],
  ['decide/globs-1000-to-10', '1,000 rules over 10, patterns'],
  ['memory/idle', 'Memory, idle'],
  ['memory/under-load', 'Memory, under load'],
  ['memory/1000-streams', 'Memory of 1,000 open streams'],
  ['start/ready', 'Start to ready'],
];

const WIDTH = 760;
const ROW = 28;
const TOP = 64;
const BOTTOM = 44;
const BAR_X = 240;
const BAR_WIDTH = 340;
/** The end of the scale, in aims; a longer bar is cut there, and its number tells the rest. */
const SCALE = 2;

export function renderChart(results: readonly Result[]): string {
  const bars = BARS.flatMap(([name, label]) => {
    const result = results.find((candidate) => candidate.name === name);
    return result === undefined ? [] : [{ result, label }];
  });
  const height = TOP + bars.length * ROW + BOTTOM;
  const aimX = BAR_X + BAR_WIDTH / SCALE;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">`,
    '<title id="title">What Sallyport costs, each measure against its aim</title>',
    STYLE,
    `<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="10"/>`,
    '<text class="head" x="24" y="34">What the gate costs</text>',
    `<text class="small" x="${aimX}" y="${TOP - 12}" text-anchor="middle">aim</text>`,
    ...bars.flatMap(({ result, label }, i) => renderBar(result, label, TOP + i * ROW)),
    `<line class="aim" x1="${aimX}" y1="${TOP - 4}" x2="${aimX}" y2="${height - BOTTOM}"/>`,
    `<text class="small" x="24" y="${height - 16}">CPU as a multiple of a bare node:http + undici pass-through. Method and all numbers: bench/README.md</text>`,
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

function renderBar(result: Result, label: string, y: number): string[] {
  const share = shareOfAim(result);
  const width = Math.round(Math.min(share, SCALE) * (BAR_WIDTH / SCALE));
  const kind = isMet(result) ? 'met' : 'missed';
  const bar =
    share <= SCALE
      ? `<rect class="${kind}" x="${BAR_X}" y="${y + 5}" width="${width}" height="${ROW - 12}" rx="2"/>`
      : `<path class="${kind}" d="${cutBar(y + 5, ROW - 12)}"/>`;
  const value = `${result.value}${result.unit === '×' ? '×' : ` ${result.unit}`}`;
  return [
    `<text class="label" x="24" y="${y + 18}">${label}</text>`,
    bar,
    `<text class="value" x="${BAR_X + BAR_WIDTH + 16}" y="${y + 18}">${value}</text>`,
    `<text class="small" x="${WIDTH - 24}" y="${y + 18}" text-anchor="end">${describeAim(result.aim)}</text>`,
  ];
}

/** A bar with a slanted end: it goes on. */
function cutBar(y: number, height: number): string {
  const end = BAR_X + BAR_WIDTH;
  return `M${BAR_X} ${y}H${end}L${end - 8} ${y + height}H${BAR_X}Z`;
}

/** 1 is the aim itself, more is missed; so a minimum is turned over. */
function shareOfAim({ value, aim }: Result): number {
  return 'max' in aim ? value / aim.max : aim.min / value;
}

/** A card of its own colour: a page may be light where the system is dark. */
const STYLE = `<style>
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328; }
  .head { font-size: 16px; font-weight: 600; }
  .value { font-weight: 600; }
  .small { font-size: 12px; fill: #59636e; }
  .card { fill: #ffffff; stroke: #d1d9e0; }
  .met { fill: #2f7d6b; }
  .missed { fill: #c2571a; }
  .aim { stroke: #59636e; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .small { fill: #9198a1; }
    .card { fill: #151b23; stroke: #3d444d; }
    .met { fill: #4fb39b; }
    .missed { fill: #e8854a; }
    .aim { stroke: #9198a1; }
  }
</style>`;
