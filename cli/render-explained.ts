/** An explained call for a terminal. */
import type { PlacedFinding } from '../core/policy/findings.ts';
import type { CheckTrace, RuleTrace } from '../core/policy/trace.ts';
import type { Explained, ExplainedText } from './explain-call.ts';
import { visible } from './terminal-text.ts';

export function renderExplained(explained: Explained): string {
  const { call, effect, refusal, decidedBy, would, rules, findings, texts, detectors } = explained;
  const lines = [
    `${effect}: ${visible(`${call.kind} ${JSON.stringify(call.name)}`)}${by(decidedBy)}`,
    ...(refusal === undefined ? [] : [`  The model reads: ${visible(refusal)}`]),
    ...(would === undefined ? [] : [`  In shadow it would be ${would.effect}${by(would.rules)}`]),
    '',
    rules.length === 0 ? 'No rule has a name that matches.' : 'Rules whose names match:',
    ...rules.flatMap(renderRule),
  ];
  if (findings.length > 0) lines.push('', 'Found:', ...findings.map(renderFinding));
  if (texts.length > 0) lines.push('', titleOf(detectors), ...texts.map(renderText));
  return `${lines.join('\n')}\n`;
}

function by(rules: readonly string[]): string {
  return rules.length === 0 ? '' : `, by ${rules.join(', ')}`;
}

function renderRule({ id, effect, shadow, applies, checks }: RuleTrace): string[] {
  const about = applies ? '' : ', not about this principal';
  return [`  ${id}: ${effect}${shadow ? ' in shadow' : ''}${about}`, ...checks.map(renderCheck)];
}

function renderCheck({ parameter, type, problem }: CheckTrace): string {
  return `    ${visible(parameter)} (${type}): ${problem === undefined ? 'holds' : visible(problem)}`;
}

function renderFinding({ pointer, detector, reason, rule }: PlacedFinding): string {
  return `  ${visible(pointer === '' ? 'the arguments' : pointer)}: ${detector} ${reason}, for ${rule}`;
}

function titleOf(detectors: Explained['detectors']): string {
  if (detectors.length === 0) return 'Arguments, as detectors would take them; no pack has `detectors`:';
  const ids = detectors.map(({ id, shadow }) => (shadow ? `${id} in shadow` : id));
  return `Arguments, as the detectors of ${ids.join(', ')} take them:`;
}

function renderText({ pointer, type, because, found }: ExplainedText): string {
  const taken = type === undefined ? 'a text of which nothing is known' : `${type}, since ${visible(because ?? '')}`;
  const seen = found === undefined ? '' : `: found ${found.detector} ${found.reason}. ${visible(found.message)}`;
  return `  ${visible(pointer)}: ${taken}${seen}`;
}
