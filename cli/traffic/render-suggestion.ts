/** What is suggested, as files and for people. Names are those of the log: nothing of them may act where they are shown. */
import type { LabelGuess } from '../../core/traffic/suggest/labels.ts';
import { labelsOf } from '../../core/traffic/suggest/labels.ts';
import type { ObservedTraffic } from '../../core/traffic/suggest/observed.ts';
import type { PackPlace } from '../../core/traffic/suggest/pack.ts';
import { terminal } from '../../core/shown/channels.ts';
import { visible, visibleJson } from '../../core/shown/terminal-text.ts';
import { renderYaml } from '../render-approval.ts';
import type { Proven } from './prove.ts';

const LISTED = 20;
const NAME_WIDTH = 120;

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

export function packText({ pack }: Pick<Proven, 'pack'>, file: string): string {
  return `# Suggested by \`sallyport suggest\` from ${comment(file)}: it allows what was seen there, and nothing else.
# Read it before you rely on it: what was recorded is what happened, which is not yet what should.
${renderYaml(pack)}`;
}

export function casesText({ cases }: Pick<Proven, 'cases'>, { namespace, targets }: PackPlace, file: string): string {
  const server = {
    ...(namespace === 'default' ? {} : { namespace }),
    ...(targets === undefined ? {} : { labels: targets }),
  };
  // A copy of each, since what is shared would be written as an alias.
  const tests = cases.map(({ said }) => JSON.parse(JSON.stringify(said)) as unknown);
  return `# Written by \`sallyport suggest\` from ${comment(file)}. Values are made up after the shapes that were recorded.
${renderYaml(Object.keys(server).length === 0 ? { tests } : { server, tests })}`;
}

/** A comment ends with its line. */
function comment(text: string): string {
  return terminal.line(text, NAME_WIDTH);
}

export function summaryText({ rules, cases, dropped, unproven, loose }: Proven, observed: ObservedTraffic): string {
  const { allowed, refused, leftOut, isPartly } = observed;
  const notes = [
    `${plural(allowed, 'call')} that were let through became ${plural(rules.length, 'rule')}, proven by ${plural(cases.length, 'case')}.`,
    ...(refused === 0
      ? []
      : [`${plural(refused, 'call')} came to nothing when it was recorded, so no rule is made of that.`]),
    ...listed(
      dropped.map(
        ({ rule, parameter }) =>
          `${visible(rule)} does not check ${visible(parameter)}: no check that is written holds for all that was seen`,
      ),
    ),
    ...listed(leftOut.map(({ what, why }) => `no rule for ${terminal.line(what, NAME_WIDTH)}: ${why}`)),
    ...listed(loose.map((name) => `passes all the same: ${terminal.line(name, NAME_WIDTH)}`)),
    ...listed(unproven.map((name) => `does not pass: ${terminal.line(name, NAME_WIDTH)}`)),
    ...(isPartly ? ['The log shows more than one pack can say; what is beyond that has no rule.'] : []),
  ];
  return `${notes.join('\n')}\n`;
}

function listed(lines: readonly string[]): string[] {
  return lines.length <= LISTED ? [...lines] : [...lines.slice(0, LISTED), `and ${lines.length - LISTED} more`];
}

/** As `labels` of a pack, with the reason of each beside it. */
export function labelsText(guesses: readonly LabelGuess[]): string {
  if (guesses.length === 0) return 'No tool looks like one that needs a label.\n';
  const lines = Object.keys(labelsOf(guesses)).flatMap((label) =>
    [`  ${label}:`].concat(guesses.filter((one) => one.label === label).map(labelLine)),
  );
  return `labels:\n${lines.join('\n')}\n`;
}

function labelLine({ tool, because }: LabelGuess): string {
  return `    - ${visibleJson(JSON.stringify(tool))} # ${terminal.line(because, NAME_WIDTH)}`;
}

export function labelsJson(guesses: readonly LabelGuess[]): string {
  return `${visibleJson(JSON.stringify({ labels: labelsOf(guesses), guesses }, null, 2))}\n`;
}
