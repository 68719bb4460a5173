import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { requestOf } from './testing/request.ts';
import { commandsFor, wordsOf } from './words.ts';

const labels = (request = requestOf()): string[] => wordsOf(request, 'Requested').rows.map(([label]) => label);

describe('of a call', () => {
  test('who, what, why and until when are told, and the arguments as whose they are', () => {
    const { headline, what, rows, block, commands } = wordsOf(requestOf(), 'Requested');
    expect(headline).toBe('Somebody has to decide');
    expect(what).toBe('tools/call: tool "transfer"');
    expect(Object.fromEntries(rows)).toEqual({
      'Who asks': 'billing-agent (groups: agents)',
      Server: 'finance/ledger',
      'Why it is held': 'transfers need a second person',
      Rule: 'finance/payments#transfer',
      'Decide until': '2026-11-21T10:16:00.000Z',
      Votes: '0 of 1 vote',
      Request: 'finance/ledger-transfer-x7k2m',
    });
    expect(block).toEqual({
      heading: 'Arguments, as the agent wrote them',
      lines: ['{', '  "amount": 5000,', '  "to": "ACME"', '}'],
    });
    expect(commands).toBeDefined();
  });

  test('votes are told with their reasons, and nothing is left to decide once it is settled', () => {
    const votes = [
      { username: 'ada', decision: 'Approved', reason: 'invoice 4711' },
      { username: 'grace', decision: 'Denied' },
    ];
    const { headline, rows, commands } = wordsOf(requestOf({ status: { state: 'Denied', votes } }), 'Voted');
    expect(headline).toBe('Denied');
    expect(rows).toContainEqual(['Vote for it', 'ada: invoice 4711']);
    expect(rows).toContainEqual(['Vote against it', 'grace']);
    expect(commands).toBeUndefined();
    expect(labels(requestOf({ status: { state: 'Denied' } }))).not.toContain('Decide until');
  });

  test.each([
    ['Requested', 'Pending', 'Somebody has to decide'],
    ['Reminder', 'Pending', 'Still nobody has decided'],
    ['Voted', 'Pending', 'Votes have been cast'],
    ['Settled', 'Pending', 'Somebody has to decide'],
    ['Settled', 'Approved', 'Approved, and not used yet'],
    ['Settled', 'Consumed', 'Approved, and used'],
    ['Settled', 'Expired', 'Expired'],
    ['Settled', 'Withdrawn', 'Withdrawn'],
  ] as const)('%s of a request that is %s', (news, state, expected) => {
    expect(wordsOf(requestOf({ status: { state } }), news).headline).toContain(expected);
  });
});

test('how many votes it takes is told, and whose are missing', () => {
  const spec = { quorums: [{ quorum: 2, approvers: { groups: ['treasury'] } }] };
  const votes = [{ username: 'ada', groups: ['treasury'], decision: 'Approved' }];
  const { rows } = wordsOf(requestOf({ spec, status: { votes } }), 'Voted');
  expect(rows).toContainEqual(['Votes', '1 of 2 votes; still needs 1 of treasury']);
});

test('of a call, what the tool says it is comes before its arguments', () => {
  const call = { method: 'tools/call', tool: 'transfer', preview: {}, digest: 'd', shown: { title: 'Transfer money' } };
  const { rows } = wordsOf(requestOf({ spec: { subject: { type: 'Call', call } } }), 'Requested');
  expect(rows).toContainEqual(['The tool, in words of its server', 'Transfer money']);
});

test('of a definition, what is other in it', () => {
  const definition = {
    kind: 'tool',
    name: 'transfer',
    change: 'Changed',
    digest: 'd',
    findings: ['hiddenText'],
    diff: ['~ /description'],
  };
  const { what, block } = wordsOf(requestOf({ spec: { subject: { type: 'Definition', definition } } }), 'Requested');
  expect(what).toBe('a changed tool "transfer"');
  expect(block?.lines).toEqual(['! hiddenText', '~ /description']);
});

test('of a kind to come, its name and no more', () => {
  const { what, block } = wordsOf(requestOf({ spec: { subject: { type: 'Grant' } } }), 'Requested');
  expect([what, block]).toEqual(['Grant', undefined]);
});

test('commands are what a shell makes one command of', () => {
  const { approve, show } = commandsFor(requestOf());
  const words = (command: string): string[] =>
    execFileSync('sh', ['-c', `kubectl() { printf '%s\\n' "$@"; }; ${command}`], { encoding: 'utf8' })
      .trim()
      .split('\n');
  expect(words(approve)).toEqual([
    '-n',
    'finance',
    'patch',
    'approvalrequests.sallyport.dev',
    'ledger-transfer-x7k2m',
    '--subresource=status',
    '--type=merge',
    '-p',
    '{"status":{"decision":"Approved"}}',
  ]);
  expect(words(show).slice(0, 4)).toEqual(['-n', 'finance', 'get', 'approvalrequests.sallyport.dev']);
});
