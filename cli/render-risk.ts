/** Risk points in words. */
import { isObject } from '../core/mcp/message.ts';
import { visible } from '../core/shown/terminal-text.ts';

export interface RiskRow {
  readonly principal: string;
  readonly kind: string;
  readonly session?: string | undefined;
  readonly rule: string;
  readonly points: number;
  readonly parts: readonly { readonly points: number; readonly why: string; readonly agoMs: number }[];
}

/** What is no such thing is passed over: it may be of another version. */
export function riskRowsIn(body: Readonly<Record<string, unknown>>): readonly RiskRow[] {
  const { items } = body;
  return Array.isArray(items) ? items.filter(isRow) : [];
}

export function renderRisk(rows: readonly RiskRow[], principal?: string): string {
  if (rows.length === 0)
    return principal === undefined
      ? 'Nobody has risk points.\n'
      : `${visible(principal)} has no risk points here: unknown, or no pack keeps a score.\n`;
  return rows.map(blockOf).join('\n');
}

function blockOf({ principal, kind, session, rule, points, parts }: RiskRow): string {
  const where = session === undefined ? '' : ` in session ${visible(session)}`;
  const head = `${visible(principal)} (${visible(kind)})${where}: ${points.toFixed(1)} points by ${visible(rule)}\n`;
  return (
    head +
    parts
      .map((part) => `  ${part.points.toFixed(1).padStart(7)}  ${visible(part.why)}, ${agoOf(part.agoMs)}\n`)
      .join('')
  );
}

function agoOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 1 ? 'less than a minute ago' : `${minutes} min ago`;
}

function isRow(said: unknown): said is RiskRow {
  if (!isObject(said)) return false;
  const { principal, kind, rule, points, parts } = said;
  return (
    [principal, kind, rule].every((one) => typeof one === 'string') &&
    typeof points === 'number' &&
    Array.isArray(parts) &&
    parts.every(isPart)
  );
}

function isPart(said: unknown): boolean {
  return (
    isObject(said) &&
    typeof said['points'] === 'number' &&
    typeof said['why'] === 'string' &&
    typeof said['agoMs'] === 'number'
  );
}
