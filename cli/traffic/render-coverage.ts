/** How often rules had a say, for people and for programs. */
import type { RuleCoverage, RuleUse } from '../../core/traffic/coverage.ts';
import { table, visible, visibleJson } from '../../core/shown/terminal-text.ts';

const LISTED = 20;

export function renderCoverage({ decisions, uses, others }: RuleCoverage): string {
  const hit = uses.filter(hadSay).toSorted((a, b) => b.acted + b.would - (a.acted + a.would));
  const never = uses.filter((use) => !hadSay(use));
  const rows = hit.map(({ id, acted, would }) => [visible(id), String(acted), would === 0 ? '-' : String(would)]);
  return [
    ...(rows.length === 0 ? [] : [table(['rule', 'acted', 'in shadow'], rows)]),
    ...(never.length === 0 ? [] : [`never:\n${never.map(({ id }) => `  ${visible(id)}\n`).join('')}`]),
    ...(others.length === 0 ? [] : [`not of this policy: ${othersShown(others)}\n`]),
    `${hit.length} of ${uses.length} rules had a say in ${decisions} decisions\n`,
  ].join('\n');
}

function othersShown(others: readonly string[]): string {
  const more = others.length - LISTED;
  return `${others.slice(0, LISTED).map(visible).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function hadSay({ acted, would }: RuleUse): boolean {
  return acted + would > 0;
}

export function renderCoverageJson({ decisions, uses, others }: RuleCoverage): string {
  return `${visibleJson(JSON.stringify({ decisions, rules: uses, notOfThisPolicy: others }, null, 2))}\n`;
}
