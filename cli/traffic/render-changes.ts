/** What a replay found, for people and for programs. Names and values are those of the log. */
import type { Change, Changes } from '../../core/traffic/replay/changes.ts';
import type { Untold } from '../../core/traffic/replay/untold.ts';
import { terminal } from '../../core/shown/channels.ts';
import { visibleJson } from '../../core/shown/terminal-text.ts';

const LISTED = 50;
const NAME_WIDTH = 80;
const ARGS_WIDTH = 160;

/** `blind`: rules that no replay can judge. */
export function renderChanges(changes: Changes, blind: readonly Untold[] = []): string {
  const { calls, same, changed, untold, unasked, unlisted, list, reasons } = changes;
  const lines = list.slice(0, LISTED).flatMap(changeLines);
  const beyond = list.slice(LISTED).reduce((sum, one) => sum + one.calls, 0) + unlisted;
  if (beyond > 0) lines.push(`and ${beyond} more changes of other kinds: -o json`);
  if (lines.length > 0) lines.push('');
  const told = reasons
    .slice(0, LISTED)
    .map(({ rule, why, calls: count }) => `  ${count} × ${shown(rule)}: ${shown(why)}`);
  if (blind.length > 0) lines.push('No replay can judge:', ...blind.slice(0, LISTED).map(blindLine), '');
  if (untold > 0) lines.push(`Of ${untold} of the calls the log does not say enough:`, ...told, '');
  const unaskedWords = unasked === 0 ? '' : `, ${unasked} that no policy was asked about`;
  lines.push(
    `${calls} calls: ${same} as before, ${changed} other than before, ${untold} that cannot be told${unaskedWords}`,
  );
  return `${lines.join('\n')}\n`;
}

function blindLine({ rule, why }: Untold): string {
  return `  ${shown(rule)}: ${why}`;
}

function changeLines({ of, before, after, rules, principal, kind, name, calls, example }: Change): string[] {
  const what = of === 'answer' ? `answers to ${kind}` : kind;
  const by = rules.length === 0 ? 'no rule allows it' : rules.map(shown).join(', ');
  const args =
    example.arguments === undefined ? '' : ` with ${terminal.line(JSON.stringify(example.arguments), ARGS_WIDTH)}`;
  return [
    `${before} → ${after}  ${calls} × ${what} ${shown(name)} by ${shown(principal)}  (${by})`,
    `    such as call ${example.call} at ${example.time}${args}`,
  ];
}

function shown(text: string): string {
  return terminal.line(text, NAME_WIDTH);
}

export function renderChangesJson(changes: Changes, unreadLines: number, blind: readonly Untold[] = []): string {
  const { calls, same, changed, stricter, looser, untold, unasked, unlisted, list, reasons } = changes;
  const report = {
    calls,
    same,
    changed,
    stricter,
    looser,
    untold,
    unasked,
    unlisted,
    unreadLines,
    changes: list,
    untoldReasons: reasons,
    notJudged: blind,
  };
  return `${visibleJson(JSON.stringify(report, null, 2))}\n`;
}
