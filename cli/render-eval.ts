/** What an evaluation found, for people and for programs. */
import type { Finding } from '../core/inspect/finding.ts';
import type { EvalRow } from './eval-rows.ts';
import type { EvalReport } from './eval-tally.ts';
import { table, visible, visibleJson } from '../core/shown/terminal-text.ts';

export interface Miss {
  readonly id: string;
  readonly class: string;
  readonly param: string;
  readonly value: string;
  /** What was found in a benign value; undefined for an attack that passed. */
  readonly finding: Pick<Finding, 'detector' | 'reason' | 'evidence'> | undefined;
}

export function missOf({ id, class: shape, param, value }: EvalRow, finding: Finding | undefined): Miss {
  if (finding === undefined) return { id, class: shape, param, value, finding };
  const { detector, reason, evidence } = finding;
  return { id, class: shape, param, value, finding: { detector, reason, evidence } };
}

/** A value is told in full, since what was overlooked may stand anywhere in it; as JSON, so that it stays one line. */
export function renderMiss({ id, class: shape, param, value, finding }: Miss): string {
  const what = finding === undefined ? 'not caught' : `flagged (${finding.detector}: ${finding.reason})`;
  return `${visible(`${id}  ${shape}  ${param}  ${what}`)}  ${visibleJson(JSON.stringify(value))}\n`;
}

const WORDS = { attack: 'caught', benign: 'flagged' } as const;

export function renderEval({ classes, families, uninspected }: EvalReport): string {
  const parts: string[] = [];
  if (classes.length > 0) {
    parts.push(
      table(
        ['class', 'label', 'rows', 'found', 'rate', '95 % interval'],
        classes.map((row) => [
          visible(row.class),
          row.label,
          String(row.rows),
          `${row.found} ${WORDS[row.label]}${row.recorded === 0 ? '' : `, ${row.recorded} recorded`}`,
          percent(row.rate),
          `${percent(row.low)} to ${percent(row.high)}`,
        ]),
      ),
      table(
        ['family', 'label', 'classes', 'mean rate'],
        families.map((row) => [visible(row.family), row.label, String(row.classes), percent(row.rate)]),
      ),
    );
  }
  if (uninspected.length > 0) {
    const lines = uninspected.map(({ param, classes: names, rows }) =>
      visible(`${rows} of type ${param} (${names.join(', ')})`),
    );
    parts.push(`not inspected, because no detector looks at their type:\n${lines.join('\n')}\n`);
  }
  return parts.join('\n');
}

function percent(rate: number): string {
  const shown = (rate * 100).toFixed(2);
  // What is not quite all, or not quite none, must not read as that.
  if (rate < 1 && shown === '100.00') return '99.99 %';
  return rate > 0 && shown === '0.00' ? '0.01 %' : `${shown} %`;
}

export function renderEvalJson(report: EvalReport, misses: readonly Miss[] | undefined): string {
  return `${visibleJson(JSON.stringify({ ...report, misses }, null, 2))}\n`;
}
