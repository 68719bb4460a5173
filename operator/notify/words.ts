/**
 * What a person is told of a request, in the order in which they need it, before any channel gives it a form. What is in `ours` are words
 * of this file; everything else was written by agents, servers and authors of packs, and is dressed by core/shown on each channel.
 */
import { callOf, definitionOf, stormOf, targetOf } from '../../core/api/approval-request.ts';
import { tallyInWords, tallyOf } from '../../core/approvals/tally.ts';
import { stateOf } from '../approvals/request.ts';
import type { StoredRequest } from '../custom-resources.ts';
import { shownRows } from './shown-rows.ts';
import type { News } from './told.ts';

export interface Words {
  /** Ours: one sentence. */
  readonly headline: string;
  /** Not ours: what is decided on, in a line. */
  readonly what: string;
  /** Labels are ours, values are not. */
  readonly rows: readonly (readonly [label: string, value: string])[];
  /** The heading is ours and says whose the lines are. */
  readonly block: { readonly heading: string; readonly lines: readonly string[] } | undefined;
  /** Ours: to be copied into a shell. Undefined once there is nothing to decide. */
  readonly commands: Commands | undefined;
}

export interface Commands {
  readonly show: string;
  readonly approve: string;
  readonly deny: string;
}

const SETTLED: Readonly<Record<string, string>> = {
  Approved: 'Approved, and not used yet',
  Denied: 'Denied',
  Expired: 'Expired: nobody decided, or used the approval, in time',
  Consumed: 'Approved, and used',
  Withdrawn: 'Withdrawn: nobody waits for it any more',
};

const HEADLINES: Readonly<Record<Exclude<News, 'Settled'>, string>> = {
  Requested: 'Somebody has to decide',
  Reminder: 'Still nobody has decided, and half of the time is over',
  Voted: 'Votes have been cast, and more are needed',
};

export function wordsOf(request: StoredRequest, news: News): Words {
  const { metadata, spec } = request;
  const state = stateOf(request);
  const isOpen = state === 'Pending';
  const { name: who, groups } = spec.principal;
  return {
    // A message that is brought up to date says what is so, whatever it is sent for.
    headline: isOpen ? HEADLINES[news === 'Settled' ? 'Requested' : news] : (SETTLED[state] ?? state),
    what: whatOf(request),
    rows: [
      ['Who asks', groups.length === 0 ? who : `${who} (groups: ${groups.join(', ')})`],
      ['Server', `${metadata.namespace ?? ''}/${spec.server}`],
      ['Why it is held', spec.reason],
      ['Rule', spec.rule],
      ...(isOpen ? openRows(request) : []),
      ...votesOf(request),
      ...shownRows(callOf(request)?.shown ?? {}),
      ['Request', `${metadata.namespace ?? ''}/${metadata.name}`],
    ],
    block: blockOf(request),
    commands: isOpen ? commandsFor(request) : undefined,
  };
}

/** Both names are DNS names (RFC 1123), which no shell takes for anything else. */
export function commandsFor({ metadata }: StoredRequest): Commands {
  const on = `approvalrequests.sallyport.dev ${metadata.name}`;
  const kubectl = `kubectl -n ${metadata.namespace ?? ''}`;
  const decide = (decision: string): string =>
    `${kubectl} patch ${on} --subresource=status --type=merge -p '{"status":{"decision":"${decision}"}}'`;
  return { show: `${kubectl} get ${on} -o yaml`, approve: decide('Approved'), deny: decide('Denied') };
}

function whatOf(request: StoredRequest): string {
  const [call, definition] = [callOf(request), definitionOf(request)];
  if (call !== undefined) {
    const { kind, name } = targetOf(call);
    return `${call.method}: ${kind} ${JSON.stringify(name)}`;
  }
  if (stormOf(request) !== undefined) return `halt ${request.spec.principal.name}, of which too many calls wait`;
  if (definition === undefined) return request.spec.subject?.type ?? 'unknown';
  const what = definition.change === 'New' ? 'a new' : 'a changed';
  return `${what} ${definition.kind} ${JSON.stringify(definition.name)}`;
}

function openRows({ spec, status }: StoredRequest): (readonly [string, string])[] {
  const tally = tallyOf(spec, status?.votes ?? []);
  return [
    ['Decide until', spec.expiresAt],
    ['Votes', tallyInWords(tally)],
  ];
}

function votesOf({ status }: StoredRequest): (readonly [string, string])[] {
  return (status?.votes ?? []).map(({ username, decision, reason }) => [
    decision === 'Approved' ? 'Vote for it' : 'Vote against it',
    reason === undefined ? username : `${username}: ${reason}`,
  ]);
}

function blockOf(request: StoredRequest): Words['block'] {
  const [call, definition] = [callOf(request), definitionOf(request)];
  if (call !== undefined)
    return {
      heading: 'Arguments, as the agent wrote them',
      lines: JSON.stringify(call.preview, null, 2).split('\n'),
    };
  if (definition === undefined) return undefined;
  return {
    heading: 'What is other in it, in words of the server',
    lines: [...definition.findings.map((finding) => `! ${finding}`), ...definition.diff],
  };
}
