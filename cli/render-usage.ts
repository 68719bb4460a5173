/** Usage as a table for people, and for spreadsheets and programs. */
import { csvCell } from '../core/audit/reading/csv.ts';
import type { UsageKey, UsageLatency, UsageRow } from '../core/audit/reading/usage.ts';
import { isoTime } from '../core/audit/times.ts';
import { visible } from '../core/shown/terminal-text.ts';

const TITLES: Readonly<Record<UsageKey, string>> = {
  principal: 'caller',
  tool: 'tool',
  server: 'server',
  budget: 'budget',
  time: 'from',
};
/** Wide names must not push the numbers off the screen. */
const NAME_WIDTH = 48;

export function renderUsage(by: readonly UsageKey[], rows: readonly UsageRow[], total: UsageRow | undefined): string {
  if (total === undefined) return 'No call is in these files.\n';
  const costs = total.credits !== undefined;
  const titles = ['calls', 'refused', 'failed', 'sent', 'got', 'server ms', 'gate ms', ...(costs ? COSTS : [])];
  const head = [...by.map((key) => TITLES[key]), ...titles];
  const cellsOf = (row: UsageRow): string[] => [...numbersOf(row), ...(costs ? costsOf(row) : [])];
  const sum = by.length === 0 ? [] : [['in all', ...by.slice(1).map(() => ''), ...cellsOf(total)]];
  const lines = [head, ...rows.map((row) => [...row.keys.map(shortened), ...cellsOf(row)]), ...sum];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const text = lines.map((cells) =>
    cells
      .map((cell, column) =>
        column < by.length ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const span = `${isoTime(total.first)} to ${isoTime(total.last)}`;
  return `${text.join('\n')}\n\n${span}. Milliseconds: half of the calls, 95 and 99 in a hundred took no longer.\n`;
}

function numbersOf({ calls, refused, failed, requestBytes, answerBytes, upstreamMs, sallyportMs }: UsageRow): string[] {
  const counts = [calls, refused, failed].map(String);
  return [
    ...counts,
    bytesText(requestBytes),
    bytesText(answerBytes),
    latencyText(upstreamMs),
    latencyText(sallyportMs),
  ];
}

/** Where no call has cost anything, nothing is said of it. */
const COSTS = ['credits', 'price'];

function costsOf({ credits, amounts }: UsageRow): string[] {
  return [credits === undefined ? '-' : String(credits), priceText(amounts) || '-'];
}

function priceText(amounts: UsageRow['amounts']): string {
  return Object.entries(amounts)
    .map(([currency, amount]) => `${amount} ${currency}`)
    .join(' + ');
}

/** They are one percent off at most (core/audit/reading/quantiles.ts): more digits would be noise. */
function latencyText(latency: UsageLatency | undefined): string {
  if (latency === undefined) return '-';
  return [latency.p50, latency.p95, latency.p99].map((ms) => Number(ms.toPrecision(2))).join(' / ');
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

function bytesText(bytes: number | undefined): string {
  if (bytes === undefined) return '-';
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : short(value)} ${UNITS[unit]}`;
}

function short(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function shortened(name: string): string {
  const shown = visible(name);
  return shown.length <= NAME_WIDTH ? shown : `${shown.slice(0, NAME_WIDTH - 1)}…`;
}

export function renderUsageJson(
  by: readonly UsageKey[],
  rows: readonly UsageRow[],
  total: UsageRow | undefined,
): string {
  const shown = { by, rows: rows.map((row) => rowFor(by, row)), total: total && rowFor([], total) };
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}

function rowFor(by: readonly UsageKey[], { keys, first, last, ...numbers }: UsageRow): object {
  const named = Object.fromEntries(by.map((key, index) => [key, visible(keys[index] ?? '')]));
  return { ...named, ...numbers, first: isoTime(first), last: isoTime(last) };
}

export function renderUsageCsv(by: readonly UsageKey[], rows: readonly UsageRow[]): string {
  const quantiles = ['p50', 'p95', 'p99'] as const;
  const head = [
    ...by,
    ...['calls', 'refused', 'failed', 'requestBytes', 'answerBytes'],
    ...['upstreamMs', 'sallyportMs'].flatMap((name) => quantiles.map((part) => `${name}.${part}`)),
    ...['first', 'last', 'credits', 'price'],
  ];
  const lines = rows.map((row) => [
    ...row.keys.map(visible),
    ...[row.calls, row.refused, row.failed, row.requestBytes, row.answerBytes],
    ...[row.upstreamMs, row.sallyportMs].flatMap((latency) => quantiles.map((part) => rounded(latency?.[part]))),
    ...[isoTime(row.first), isoTime(row.last), row.credits, priceText(row.amounts)],
  ]);
  return [head, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Number(ms.toPrecision(3));
}
