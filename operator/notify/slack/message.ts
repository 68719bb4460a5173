/**
 * A request as a message of Slack: `blocks` for people, `text` for notifications (https://docs.slack.dev/reference/block-kit/blocks).
 * One message is brought up to date until its request is settled. Pure; whoever answers an action renders the same.
 */
import { type ApprovalDecision, callOf, definitionOf } from '../../../core/api/approval-request.ts';
import {
  type DecisionTarget,
  SLACK_ACTIONS,
  SLACK_REASON,
  writeDecisionTarget,
} from '../../../core/approvals/decision-target.ts';
import { slack } from '../../../core/shown/channels.ts';
import type { StoredRequest } from '../../custom-resources.ts';
import type { News } from '../told.ts';
import { wordsOf } from '../words.ts';

export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly object[];
}

export interface SlackOptions {
  /** Whether a request that is open has buttons: something has to take their actions (operator/hooks). */
  readonly buttons?: boolean;
}

/** Slack's limits: a text of a section, and how many fields it has. Of a field it takes 2000 characters, and nobody reads them. */
const MAX_SECTION = 3000;
const MAX_FIELD = 500;
const MAX_FIELDS = 10;
/** As much as a vote takes. */
const MAX_REASON = 1024;

export function slackMessage(request: StoredRequest, news: News, { buttons = false }: SlackOptions = {}): SlackMessage {
  const { headline, what, rows, block, commands } = wordsOf(request, news);
  return {
    text: `${headline}: ${slack.line(what, 300)}`,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: headline, emoji: false } },
      section(`*What:* ${slack.line(what, 1000)}`),
      ...inTens(rows).map((some) => ({ type: 'section', fields: some.map(fieldOf) })),
      ...(block === undefined
        ? []
        : [section(`*${block.heading}:*\n${slack.block(block.lines, MAX_SECTION - block.heading.length - 4)}`)]),
      ...(commands === undefined
        ? []
        : [
            section(`*See all of it:*\n${code(commands.show)}`),
            section(`*Decide:*\n${code(`${commands.approve}\n\n${commands.deny}`)}`),
          ]),
      ...(buttons && commands !== undefined ? [reason(), actions(request)] : []),
    ],
  };
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

function code(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}

function fieldOf([label, value]: readonly [string, string]): object {
  return { type: 'mrkdwn', text: `*${label}*\n${slack.line(value, MAX_FIELD - label.length - 3)}`, verbatim: true };
}

function inTens<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / MAX_FIELDS) }, (_, at) =>
    all.slice(at * MAX_FIELDS, (at + 1) * MAX_FIELDS),
  );
}

/** Goes along with the click on either button. */
function reason(): object {
  const text = { type: 'plain_text', text: 'Why (for the record)', emoji: false };
  const element = { type: 'plain_text_input', action_id: SLACK_REASON, max_length: MAX_REASON };
  return { type: 'input', block_id: SLACK_REASON, optional: true, label: text, element };
}

function actions(request: StoredRequest): object {
  const value = writeDecisionTarget(targetOf(request));
  const elements = Object.entries(SLACK_ACTIONS).map(([action, decision]) => button(action, decision, value));
  return { type: 'actions', elements };
}

function button(action: string, decision: ApprovalDecision, value: string): object {
  const isYes = decision === 'Approved';
  const text = { type: 'plain_text', text: isYes ? 'Approve' : 'Deny', emoji: false };
  return { type: 'button', action_id: action, value, style: isYes ? 'primary' : 'danger', text };
}

function targetOf(request: StoredRequest): DecisionTarget {
  const { namespace = '', name, uid = '' } = request.metadata;
  const [call, definition] = [callOf(request), definitionOf(request)];
  const subject =
    call === undefined
      ? definition && ({ field: 'definition', digest: definition.digest } as const)
      : ({ field: 'call', digest: call.digest } as const);
  return { namespace, name, uid, ...(subject && { subject }) };
}
