import { expect, test } from 'vitest';
import type { CallSubject } from '../core/api/approval-request.ts';
import { earlierThan } from '../core/approvals/alike.ts';
import { printed, type Section, sectionsOf } from './approval-sections.ts';
import { PLAIN } from './style.ts';
import { storedRequest } from './testing/stored-request.ts';

type Request = ReturnType<typeof storedRequest>;

function text(request: Request, all?: readonly Request[], you?: string): string {
  const earlier = all && earlierThan(request, all, you);
  return sectionsOf(request, earlier, PLAIN)
    .flatMap((section) => printed(section, 200, PLAIN))
    .join('\n');
}

const shown = (given: CallSubject['shown']): Request => storedRequest({ call: { shown: given } });

test('without more than arguments there are arguments', () => {
  expect(text(storedRequest())).toBe('Arguments\n  | {\n  |   "amount": 5000\n  | }');
});

test('votes say who, for whom, when and why', () => {
  const votes = [
    { username: 'ada', groups: ['treasury'], decision: 'Approved' as const, time: '2026-11-21T10:00:00Z' },
    { username: 'gr\u202eace', decision: 'Denied' as const, reason: 'no invoice' },
  ];
  expect(text(storedRequest({ status: { state: 'Denied', votes } }))).toMatch(
    /^Votes\n {2}Approved by ada \(treasury\) at 2026-11-21T10:00:00Z\n {2}Denied by gr\\u\{202e\}ace: no invoice\nArguments/,
  );
});

test('what a person reads first comes first, and behind a bar where others wrote it', () => {
  const request = shown({
    title: 'Transfer money',
    description: 'Transfers.\u001b[2J',
    claims: { destructive: true, idempotent: false },
    findings: ['paths outside-roots at /path'],
    redacted: [
      { kind: 'iban', at: '/memo', sent: true },
      { kind: 'secret', sent: false },
    ],
  });
  expect(text(request)).toMatch(
    new RegExp(
      `^Not shown
  \\| /memo: iban, which the server gets
  \\| all of it: secret, which a pack takes out of the call
Findings
  \\| paths outside-roots at /path
What its server says of it, which nobody has checked
  \\| Transfer money
  \\| Transfers\\.\\\\u\\{1b\\}\\[2J
  \\| Claims: may destroy something; does it again when called again
Arguments
`,
    ),
  );
});

test('what was before is said as it is known now, or as it was when it was asked for', () => {
  const before = { approved: 3, denied: 0, waiting: 0, last: '2026-11-20T10:00:00Z', request: 'a', differs: [] };
  expect(text(shown({ before }))).toContain(
    'Before\n  Calls like this one were approved 3 times, and denied never.\n' +
      '  The last, a, was approved at 2026-11-20T10:00:00Z; as far as both are shown, nothing differs.\n',
  );
  const votes = [{ username: 'ada', decision: 'Approved' as const }];
  const last = storedRequest({
    name: 'b',
    call: { preview: { amount: 100 } },
    status: { state: 'Consumed', votes, decidedAt: '2026-11-21T09:00:00Z' },
  });
  const refused = storedRequest({ name: 'c', status: { state: 'Denied' } });
  expect(text(shown({ before }), [last, refused], 'ada')).toContain(
    `Before
  Calls like this one were approved once, once with your vote, and denied once.
  The last, b, was approved at 2026-11-21T09:00:00Z; it differs from this one.
What differs from the last one approved
  | ~ /amount
  |   - 100
  |   + 5000
`,
  );
  expect(text(storedRequest(), [])).toContain('No call like this one was decided on before, as far as is kept.');
  expect(text(storedRequest(), [refused])).toContain(
    'were approved never, never with your vote, and denied once.\nArg',
  );
});

test('of a definition it is what is other', () => {
  const definition = {
    ...{ kind: 'tool' as const, name: 'transfer', change: 'Changed' as const, digest: `sha256:${'d'.repeat(64)}` },
    ...{ findings: ['hiddenText at /description'], diff: ['~ /description', '  - "a"', '  + "b"'] },
  };
  const request = storedRequest({ spec: { subject: { type: 'Definition', definition } } });
  expect(text(request)).toBe(
    'Findings\n  | hiddenText at /description\nWhat the server says of it\n  | ~ /description\n  |   - "a"\n  |   + "b"',
  );
});

test('lines of others keep their bar and their colour when they are folded', () => {
  const section: Section = {
    heading: 'H',
    lines: [`+ ${'x'.repeat(30)}`],
    isOfOthers: true,
    paint: (line) => (line.startsWith('+') ? (part) => `<${part}>` : undefined),
  };
  expect(printed(section, 24, PLAIN)).toEqual(['H', `  | <+ ${'x'.repeat(18)}>`, `  | <${'x'.repeat(12)}>`]);
});
