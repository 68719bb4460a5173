/** A summary of audit lines, for people and for programs. */
import type { Count, RuleSummary, Summary } from '../core/audit/summary.ts';
import { visible, visibleJson } from '../core/shown/terminal-text.ts';

/** Of each list of names; `-o json` has them all. */
const MOST_SHOWN = 5;

export function renderSummary(summary: Summary): string {
  const { decisions, firstTime, lastTime, effects, enforced, shadow, wouldChange, unreadable } = summary;
  const span = firstTime === undefined ? '' : `, from ${visible(firstTime)} to ${visible(lastTime ?? '')}`;
  const counts = Object.entries(effects).map(([effect, times]) => `${effect} ${times}`);
  const lines = [`${count(decisions, 'decision')}${span}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`];
  if (unreadable > 0) lines.push(`${count(unreadable, 'line')} could not be read; see: sallyport audit verify`);
  lines.push(
    '',
    enforced.length === 0
      ? 'Nothing was refused, held, changed or marked.'
      : 'What was refused, held, changed or marked:',
  );
  lines.push(...enforced.flatMap(renderRule));
  lines.push('', shadowTitle(decisions, wouldChange), ...shadow.flatMap(renderRule));
  return `${lines.join('\n')}\n`;
}

function shadowTitle(decisions: number, wouldChange: number): string {
  if (wouldChange === 0) return 'Rules in shadow would have changed nothing.';
  return `Rules in shadow would have changed ${wouldChange} of ${count(decisions, 'decision')}:`;
}

function renderRule({
  rule,
  effect,
  of,
  count: times,
  targets,
  principals,
  findings,
  lastTime,
  traceId,
}: RuleSummary): string[] {
  const side = of === 'answer' ? ' of answers' : '';
  const lines = [`  ${visible(rule)}: ${effect}${side}, ${times === 1 ? 'once' : `${times} times`}`];
  lines.push(`    called: ${listed(targets)}`, `    by: ${listed(principals)}`);
  if (findings.length > 0) lines.push(`    found: ${listed(findings)}`);
  lines.push(`    last: ${visible(lastTime)}, trace ${visible(traceId)}`);
  return lines;
}

function listed(counts: readonly Count[]): string {
  const shown = counts
    .slice(0, MOST_SHOWN)
    .map(({ what, count: times }) => `${visible(what)}${times === 1 ? '' : ` (${times})`}`);
  const more = counts.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export function renderSummaryJson(summary: Summary): string {
  return `${visibleJson(JSON.stringify(summary, null, 2))}\n`;
}
