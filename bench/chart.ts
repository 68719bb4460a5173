/** The picture that the README shows: one bar for each result that has an aim, drawn as a share of that aim. */
import { type Result, describeAim, isMet } from './results.ts';

const WIDTH = 760;
const ROW = 26;
const TOP = 62;
const BAR_X = 300;
const BAR_WIDTH = 260;
/** Bars end here, however far an aim is missed; the number beside them says the rest. */
const MAX_SHARE = 2;
const FONT = 'font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif"';

/** Colours that can be read on white and on black. */
const STYLE = `
    .text { fill: #1f2937 } .dim { fill: #6b7280 } .met { fill: #2563eb } .missed { fill: #c2410c } .aim { stroke: #6b7280 }
    @media (prefers-color-scheme: dark) {
      .text { fill: #e5e7eb } .dim { fill: #9ca3af } .met { fill: #60a5fa } .missed { fill: #fb923c } .aim { stroke: #9ca3af }
    }`;

export function renderChart(results: readonly Result[]): string {
  const height = TOP + results.length * ROW + 24;
  const aimX = BAR_X + BAR_WIDTH / MAX_SHARE;
  const rows = results.map((result, i) => renderRow(result, TOP + i * ROW));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Measured values as shares of their aims">
  <style>${STYLE}
  </style>
  <text x="16" y="28" ${FONT} font-size="15" font-weight="600" class="text">Measured, as a share of the aim</text>
  <text x="${aimX}" y="50" ${FONT} font-size="11" text-anchor="middle" class="dim">aim</text>
${rows.join('\n')}
  <line x1="${aimX}" y1="${TOP - 6}" x2="${aimX}" y2="${height - 20}" stroke-width="1" stroke-dasharray="3 3" class="aim"/>
</svg>
`;
}

function renderRow(result: Result, y: number): string {
  const { name, value, unit, aim } = result;
  const share = 'max' in aim ? value / aim.max : aim.min / value;
  const width = Math.max(1, Math.round((Math.min(share, MAX_SHARE) / MAX_SHARE) * BAR_WIDTH));
  const verdict = isMet(result) ? 'met' : 'missed';
  const shown = `${value} ${unit} (${describeAim(aim)}${verdict === 'met' ? '' : ', missed'})`;
  return [
    `  <text x="16" y="${y + 13}" ${FONT} font-size="12" class="text">${escape(name)}</text>`,
    `  <rect x="${BAR_X}" y="${y + 2}" width="${width}" height="14" rx="2" class="${verdict}"/>`,
    `  <text x="${BAR_X + BAR_WIDTH + 12}" y="${y + 13}" ${FONT} font-size="12" class="text">${escape(shown)}</text>`,
  ].join('\n');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
