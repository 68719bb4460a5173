/** What stands below the first lines of an approval: votes, what was before, what was found; then, behind bars, the words of others. */
import { type ApprovalRequest, callOf, definitionOf, stormOf } from '../core/api/approval-request.ts';
import type { Shown } from '../core/api/approval-shown.ts';
import type { Earlier } from '../core/approvals/alike.ts';
import { fold, visible, visibleJson } from '../core/shown/terminal-text.ts';
import type { Style } from './style.ts';

export interface Section {
  readonly heading: string;
  /** Each as it is printed, or to be put behind a bar. */
  readonly lines: readonly string[];
  /** Written by agents and servers. */
  readonly isOfOthers?: boolean;
  readonly paint?: (line: string) => ((part: string) => string) | undefined;
}

/** Those that have something in them, in the order in which they are read. */
export function sectionsOf(approval: ApprovalRequest, earlier: Earlier<ApprovalRequest> | undefined, style: Style) {
  const call = callOf(approval);
  const { shown } = call ?? {};
  const definition = definitionOf(approval);
  const paint = paintOf(style);
  const all: readonly Section[] = [
    { heading: 'Votes', lines: votesIn(approval, style) },
    { heading: 'Before', lines: beforeIn(shown, earlier) },
    { heading: 'Not shown', lines: redactedIn(shown), isOfOthers: true },
    { heading: 'Findings', lines: (shown?.findings ?? definition?.findings ?? []).map(visible), isOfOthers: true },
    { heading: 'What differs from the last one approved', lines: earlier?.changes ?? [], isOfOthers: true, paint },
    { heading: 'What its server says of it, which nobody has checked', lines: toolIn(shown), isOfOthers: true },
    ...(definition === undefined
      ? [
          {
            heading: 'Arguments',
            lines: stormOf(approval) === undefined ? json(call?.preview ?? {}) : [],
            isOfOthers: true,
          },
        ]
      : [{ heading: 'What the server says of it', lines: definition.diff.map(visible), isOfOthers: true, paint }]),
  ];
  return all.filter(({ lines }) => lines.length > 0);
}

/** A bar before every line of others, folded ones included: what they wrote cannot pass for lines of ours. */
export function printed(
  { heading, lines, isOfOthers = false, paint }: Section,
  columns: number,
  style: Style,
): string[] {
  const bar = isOfOthers ? '  | ' : '  ';
  const width = Math.max(20, columns - bar.length);
  const body = lines.flatMap((line) => {
    const painted = paint?.(line) ?? ((part: string) => part);
    // Ours have colours in them already, and are short.
    return (isOfOthers ? fold(line, width) : [line]).map((part) => bar + painted(part));
  });
  return [style.strong(heading), ...body];
}

function votesIn({ status }: ApprovalRequest, { good, bad }: Style): string[] {
  return (status?.votes ?? []).map(({ username, groups = [], decision, time, reason }) => {
    const who = `${username}${groups.length === 0 ? '' : ` (${groups.join(', ')})`}`;
    const why = reason === undefined ? '' : `: ${reason}`;
    const text = visible(`${decision} by ${who}${time === undefined ? '' : ` at ${time}`}${why}`);
    return decision === 'Approved' ? good(text) : bad(text);
  });
}

/** By whoever has more to say: who looks at all that is kept now, or the operator when it was asked for. */
function beforeIn(shown: Shown | undefined, earlier: Earlier<ApprovalRequest> | undefined): string[] {
  const { before } = shown ?? {};
  const approved = earlier?.approved ?? before?.approved;
  if (approved === undefined) return [];
  const denied = earlier?.denied ?? before?.denied ?? 0;
  if (approved === 0 && denied === 0) return ['No call like this one was decided on before, as far as is kept.'];
  const byYou = earlier === undefined ? '' : `, ${times(earlier.byYou)} with your vote`;
  const sum = `Calls like this one were approved ${times(approved)}${byYou}, and denied ${times(denied)}.`;
  const [last, at] = [
    earlier?.last?.metadata.name ?? before?.request,
    earlier?.last?.status?.decidedAt ?? before?.last ?? 'an unknown time',
  ];
  if (last === undefined) return [sum];
  const differs = earlier?.changes ?? before?.differs;
  const how = differs?.length === 0 ? 'as far as both are shown, nothing differs' : 'it differs from this one';
  return [sum, visible(`The last, ${last}, was approved at ${at}; ${how}.`)];
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 0 ? 'never' : `${count} times`;
}

function redactedIn(shown: Shown | undefined): string[] {
  return (shown?.redacted ?? []).map(({ kind, at = 'all of it', sent }) =>
    visible(`${at}: ${kind}${sent ? ', which the server gets' : ', which a pack takes out of the call'}`),
  );
}

const CLAIMS = {
  readOnly: ['changes nothing', 'changes something'],
  destructive: ['may destroy something', 'only adds'],
  idempotent: ['does nothing more when called again', 'does it again when called again'],
  openWorld: ['reaches beyond the server', 'stays within the server'],
} as const;

function toolIn(shown: Shown | undefined): string[] {
  const { title, description, claims = {} } = shown ?? {};
  const claimed = (Object.keys(CLAIMS) as (keyof typeof CLAIMS)[]).flatMap((claim) => {
    const said = claims[claim];
    return said === undefined ? [] : CLAIMS[claim][said ? 0 : 1];
  });
  return [title, description, claimed.length === 0 ? undefined : `Claims: ${claimed.join('; ')}`]
    .filter((line) => line !== undefined)
    .map(visible);
}

function json(value: object): string[] {
  return visibleJson(JSON.stringify(value, null, 2)).split('\n');
}

/** Of a line of a diff. */
function paintOf({ good, bad }: Style): NonNullable<Section['paint']> {
  return (line) => ({ '+': good, '-': bad })[line.trimStart().slice(0, 1)];
}
