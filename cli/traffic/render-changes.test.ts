import { expect, it } from 'vitest';
import { Changes } from '../../core/traffic/replay/changes.ts';
import { reads } from '../testing/traffic-file.ts';
import { renderChanges, renderChangesJson } from './render-changes.ts';

const HOSTILE = 'a\u001b[2J\u202eb\nc';

function changes(count: number): Changes {
  const made = new Changes();
  for (let i = 0; i < count; i++)
    made.add({
      call: reads({ name: `${HOSTILE}${i}`, principal: { kind: 'token', name: HOSTILE, groups: [] } }),
      ...{
        effect: 'Deny',
        rules: [HOSTILE],
        answer: undefined,
        answerRules: [],
        untold: [],
        arguments: { [HOSTILE]: HOSTILE },
      },
    });
  made.add({
    call: reads(),
    effect: 'Allow',
    rules: [],
    answer: 'Redact',
    answerRules: [],
    untold: [],
    arguments: undefined,
  });
  made.add({
    call: reads(),
    effect: 'Deny',
    rules: [],
    answer: undefined,
    answerRules: [],
    untold: [{ rule: HOSTILE, why: 'w' }],
    arguments: {},
  });
  made.pass();
  return made;
}

it('says what changes, with an example, what cannot be told, and how much of all', () => {
  const lines = renderChanges(changes(1)).split('\n');
  expect(lines[0]).toBe(
    'Allow → Deny  1 × tool a\\u{1b}[2J\\u{202e}b\\u{a}c0 by a\\u{1b}[2J\\u{202e}b\\u{a}c  (a\\u{1b}[2J\\u{202e}b\\u{a}c)',
  );
  expect(lines[1]).toMatch(/^ {4}such as call 1 at 2026-01-31T08:00:01.000Z with \{/);
  expect(lines[2]).toBe('Allow → Redact  1 × answers to tool read_file by ada  (no rule allows it)');
  expect(lines.at(-2)).toBe(
    '4 calls: 0 as before, 2 other than before, 1 that cannot be told, 1 that no policy was asked about',
  );
});

it('lists no more than a person reads, and counts the rest', () => {
  expect(renderChanges(changes(60))).toContain('and 11 more changes of other kinds: -o json');
});

it('nothing of it acts on a terminal', () => {
  for (const text of [renderChanges(changes(3)), renderChangesJson(changes(3), 2)])
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

it('names the rules that no replay can judge', () => {
  const blind = [{ rule: HOSTILE, why: 'w' }];
  expect(renderChanges(changes(1), blind)).toContain('No replay can judge:\n  a\\u{1b}[2J\\u{202e}b\\u{a}c: w\n');
  expect(JSON.parse(renderChangesJson(changes(1), 0, blind))).toMatchObject({ notJudged: blind });
});

it('is JSON for programs', () => {
  const report = JSON.parse(renderChangesJson(changes(1), 2)) as Record<string, unknown>;
  expect(report).toMatchObject({ calls: 4, changed: 2, untold: 1, unasked: 1, unreadLines: 2, stricter: 2, looser: 0 });
  expect(report['changes']).toHaveLength(2);
});
