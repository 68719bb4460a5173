/** An explained call, and its answer, for a terminal. */
import type { PlacedFinding } from '../core/policy/findings.ts';
import type { CheckTrace, RuleTrace, WhenTrace } from '../core/policy/trace.ts';
import type { Explained, ExplainedContent, ExplainedDecision, ExplainedText } from './explain-call.ts';
import { visible } from '../core/shown/terminal-text.ts';

export function renderExplained(explained: Explained): string {
  const { call, rules, texts, detectors, sent, answer } = explained;
  const lines = [
    ...renderDecision(visible(`${call.kind} ${JSON.stringify(call.name)}`), explained),
    ...(sent === undefined ? [] : [`  The server gets: ${shorten(sent)}`]),
    '',
    rules.length === 0 ? 'No rule has a name that matches.' : 'Rules whose names match:',
    ...rules.flatMap(renderRule),
    ...renderContent('arguments', explained),
  ];
  if (texts.length > 0) lines.push('', titleOf(detectors), ...texts.map(renderText));
  if (answer !== undefined) {
    lines.push('', ...renderDecision('its answer', answer), `  The client gets: ${shorten(answer.arrives)}`);
    lines.push(...renderContent('the answer', answer));
  }
  return `${lines.join('\n')}\n`;
}

function renderDecision(what: string, { effect, refusal, decidedBy, would }: ExplainedDecision): string[] {
  return [
    `${effect}: ${what}${by(decidedBy)}`,
    ...(refusal === undefined ? [] : [`  The model reads: ${visible(refusal)}`]),
    ...(would === undefined ? [] : [`  In shadow it would be ${would.effect}${by(would.rules)}`]),
  ];
}

function renderContent(where: string, { content, findings, would }: ExplainedDecision): string[] {
  const lines = content.length === 0 ? [] : ['', `Entries of dlp that look at ${where}:`, ...content.map(renderEntry)];
  const inShadow = would?.findings ?? [];
  if (findings.length > 0) lines.push('', 'Found:', ...findings.map(renderFinding));
  if (inShadow.length > 0) lines.push('', 'Found by rules in shadow:', ...inShadow.map(renderFinding));
  return lines;
}

function renderEntry({ id, effect, shadow, sought }: ExplainedContent): string {
  return `  ${id}: ${effect}${shadow ? ' in shadow' : ''} of ${sought.map(visible).join(', ')}`;
}

const MAX_SHOWN = 2000;

function shorten(value: unknown): string {
  const text = visible(JSON.stringify(value));
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

function by(rules: readonly string[]): string {
  return rules.length === 0 ? '' : `, by ${rules.join(', ')}`;
}

function renderRule({ id, effect, shadow, applies, when, checks }: RuleTrace): string[] {
  const about = applies ? '' : ', not about this principal';
  return [`  ${id}: ${effect}${shadow ? ' in shadow' : ''}${about}`, ...renderWhen(when), ...checks.map(renderCheck)];
}

function renderWhen(when: WhenTrace | undefined): string[] {
  if (when === undefined) return [];
  const { condition, saw, holds, problem } = when;
  const said =
    holds === undefined ? `cannot be told, ${problem ?? ''}` : holds ? 'true' : 'false, so it does not apply';
  return [
    `    when ${visible(condition)}: ${visible(said)}`,
    ...saw.map(({ what, value }) => `      ${visible(what)}: ${visible(value)}`),
  ];
}

function renderCheck({ parameter, type, isThere, problem }: CheckTrace): string {
  const said = problem === undefined ? (isThere ? 'holds' : 'not there') : visible(problem);
  return `    ${visible(parameter)} (${type}): ${said}`;
}

function renderFinding({ pointer, detector, reason, rule }: PlacedFinding): string {
  return `  ${visible(pointer === '' ? 'the whole' : pointer)}: ${detector} ${reason}, for ${rule}`;
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
