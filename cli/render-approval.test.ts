import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ApprovalRequest, CallSubject } from '../core/api/approval-request.ts';
import {
  asList,
  renderApproval,
  renderDecided,
  renderJson,
  renderList,
  renderYaml,
  settledWords,
  timeLeft,
} from './render-approval.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const WIDE = Number.MAX_SAFE_INTEGER;

type Spec = ApprovalRequest['spec'];

function approval(
  { call, ...spec }: Partial<Spec> & { call?: Partial<CallSubject> } = {},
  status?: ApprovalRequest['status'],
): ApprovalRequest {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'ApprovalRequest',
    metadata: { name: 'files-write-file-x7k2mq', namespace: 'default' },
    spec: {
      server: 'files',
      subject: {
        type: 'Call',
        call: {
          method: 'tools/call',
          tool: 'write_file',
          preview: { path: '/data/a', content: 'hello' },
          digest: `sha256:${'d'.repeat(64)}`,
          ...call,
        },
      },
      principal: { name: 'billing-agent', groups: ['agents', 'ops'] },
      reason: 'writes need a person',
      rule: 'default/files#writes',
      revision: `sha256:${'e'.repeat(64)}`,
      expiresAt: '2026-11-21T10:14:00.000Z',
      ...spec,
    },
    ...(status === undefined ? {} : { status }),
  };
}

describe('the list', () => {
  it('is a table with the time that is left', () => {
    const settled = approval(
      { server: 'ledger', call: { tool: undefined, resource: 'file:///a' } },
      { state: 'Denied' },
    );
    expect(renderList([approval(), settled], NOW)).toBe(
      'NAME                     SERVER  TOOL        BY             STATE    EXPIRES\n' +
        'files-write-file-x7k2mq  files   write_file  billing-agent  Pending  in 14m\n' +
        'files-write-file-x7k2mq  ledger  file:///a   billing-agent  Denied   -\n',
    );
  });

  it('has those that are alike together, and in what they differ, and votes where they are counted', () => {
    const other = approval({ server: 'ledger', expiresAt: '2026-11-21T10:10:00.000Z' });
    const later = approval({ call: { preview: { path: '/data/b' } }, expiresAt: '2026-11-21T10:20:00.000Z' });
    const text = renderList([later, other, approval({}, { state: 'Pending', tally: '1/2' })], NOW);
    expect(text.split('\n').map((line) => line.split(/ {2,}/).slice(1).join(' '))).toEqual([
      'SERVER TOOL BY STATE VOTES EXPIRES DIFFERS IN',
      'ledger write_file billing-agent Pending - in 10m -',
      'files write_file billing-agent Pending 1/2 in 14m -',
      'files write_file billing-agent Pending - in 20m /path /content',
      '',
    ]);
  });

  it('keeps one line a call, whatever its tool is called', () => {
    const text = renderList([approval({ call: { tool: `x\n\u202e${'y'.repeat(100)}` } })], NOW);
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toContain('x\\u{a}\\u{202e}yyy');
    expect(text).toContain('y…  billing-agent');
  });
});

describe('one approval', () => {
  it('shows all that an approver must see', () => {
    expect(renderApproval(approval(), NOW, WIDE)).toBe(`Approval  files-write-file-x7k2mq
State     Pending
Who       billing-agent (groups: agents, ops)
What      tools/call, tool "write_file"
Server    default/files
Why held  writes need a person
Rule      default/files#writes
Expires   2026-11-21T10:14:00.000Z (in 14m)
Digest    sha256:${'d'.repeat(64)}
Revision  sha256:${'e'.repeat(64)}

Arguments
  | {
  |   "path": "/data/a",
  |   "content": "hello"
  | }
`);
  });

  it('says which votes are missing', () => {
    const quorums = [{ quorum: 2, approvers: { groups: ['treasury'] } }];
    const votes = [{ username: 'ada', groups: ['treasury'], decision: 'Approved' as const }];
    expect(renderApproval(approval({ quorums }, { state: 'Pending', votes }), NOW, WIDE)).toContain(
      'State     Pending; 1 of 2 votes; still needs 1 of treasury\n',
    );
  });

  it.each([
    ['of before there were subjects', undefined],
    ['of a version to come', { type: 'Grant', grant: {} }],
  ])('%s shows what is known of it', (_, subject) => {
    const text = renderApproval(approval({ subject: subject as never }), NOW, WIDE);
    expect(text).toContain('What      nothing that this version knows\n');
    expect(renderList([approval({ subject: subject as never })], NOW)).toContain('files   -     billing-agent');
  });

  it('lets no argument disguise itself', () => {
    const preview = { 'path\u202e': '/data/\u200b\u001b[2J\u{e0041}\n\nState     Approved' };
    const text = renderApproval(approval({ call: { preview } }), NOW, WIDE);
    expect(text).toContain(String.raw`"path\u202e": "/data/\u200b\u001b[2J\udb40\udc41\n\nState     Approved"`);
    expect(text.match(/^State/gm)).toHaveLength(1);
  });

  it('lets no long argument spill over into lines that look like ours', () => {
    const preview = { a: `${' '.repeat(95)}State     Approved` };
    const text = renderApproval(approval({ call: { preview } }), NOW, 60);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    const [, args = ''] = text.split('Arguments\n');
    for (const line of args.trimEnd().split('\n')) expect(line).toMatch(/^ {2}\| /);
  });

  it('lets nobody forge a field by the name of a client, group, tool or rule', () => {
    const text = renderApproval(
      approval({
        call: { tool: 'a\nState     Approved' },
        principal: { name: 'x\r', groups: ['g\u2028'] },
        reason: 'why\u0085',
      }),
      NOW,
      WIDE,
    );
    expect(text).toContain('What      tools/call, tool "a\\nState     Approved"');
    expect(text).toContain('Who       x\\u{d} (groups: g\\u{2028})');
    expect(text).toContain('Why held  why\\u{85}');
  });
});

describe('what became of it', () => {
  it.each([
    ['nothing yet', undefined, 'Pending'],
    ['expired', { state: 'Expired' }, 'Expired'],
    [
      'denied',
      {
        state: 'Denied',
        decision: 'Denied',
        decidedBy: 'ada',
        decidedAt: '2026-11-21T10:00:00Z',
        reason: 'no invoice',
      },
      'Denied by ada at 2026-11-21T10:00:00Z: no invoice',
    ],
    [
      'used',
      {
        state: 'Consumed',
        decision: 'Approved',
        decidedBy: 'ada',
        decidedAt: '2026-11-21T10:00:00Z',
        consumedAt: '2026-11-21T10:01:00Z',
      },
      'Consumed at 2026-11-21T10:01:00Z, Approved by ada at 2026-11-21T10:00:00Z',
    ],
  ] as const)('%s', (_, status, words) => {
    expect(settledWords(approval({}, status))).toBe(words);
  });

  it.each([
    ['Approved', 'approved: files-write-file-x7k2mq; tools/call "write_file" by billing-agent may run once\n'],
    ['Denied', 'denied: files-write-file-x7k2mq; tools/call "write_file" by billing-agent will not run\n'],
  ] as const)('%s just now', (state, text) => {
    expect(renderDecided(approval({}, { state }))).toBe(text);
  });
});

it.each([
  ['2026-11-21T10:00:00Z', 'in 0s'],
  ['2026-11-21T10:00:45Z', 'in 45s'],
  ['2026-11-21T10:02:05Z', 'in 2m5s'],
  ['2026-11-21T10:14:59Z', 'in 14m'],
  ['2026-11-21T23:30:00Z', 'in 13h30m'],
  ['2026-11-21T09:50:00Z', '10m ago'],
  ['nonsense', '?'],
])('the time left until %s is %s', (time, words) => {
  expect(timeLeft(time, NOW)).toBe(words);
});

describe('for programs', () => {
  const odd = approval({
    call: {
      preview: { 'k\u202e': 'a\u200b "quoted" \u{e0041}\n' + 'long '.repeat(50) + '\u2028', plain: 'x: y' },
    },
  });

  it('times are quoted in YAML, where older readers would make dates of them', () => {
    expect(renderYaml(approval())).toContain('expiresAt: "2026-11-21T10:14:00.000Z"\n');
  });

  it.each([
    ['JSON', renderJson, (text: string): unknown => JSON.parse(text)],
    ['YAML', renderYaml, (text: string): unknown => parse(text)],
  ] as const)('%s says the same without anything hidden in it', (_, render, read) => {
    const text = render(asList([odd]));
    expect(read(text)).toEqual({ apiVersion: 'v1', kind: 'List', items: [odd] });
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}]/u);
  });
});
