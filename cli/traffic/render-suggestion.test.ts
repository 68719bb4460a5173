import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { callLine } from '../../core/traffic/testing/lines.ts';
import { labelGuesses } from '../../core/traffic/suggest/labels.ts';
import { ObservedTraffic } from '../../core/traffic/suggest/observed.ts';
import { Progress } from './progress.ts';
import { prove } from './prove.ts';
import { casesText, labelsJson, labelsText, packText, summaryText } from './render-suggestion.ts';

const HOSTILE = 'x: {y}\u202e"\'# - &a';
const place = { name: 'suggested', namespace: 'finance', targets: { app: 'ledger' } };

it('names of the log stay names, in YAML and on a terminal', async () => {
  const observed = new ObservedTraffic();
  const principal = { kind: 'token', name: HOSTILE, groups: [HOSTILE] };
  observed.add(callLine({ name: HOSTILE, principal }));
  observed.add(callLine({ name: `${HOSTILE}*\u001b[2J`, principal }));
  const proven = await prove(observed, place, new Progress(() => {}));
  const file = `traffic.jsonl\nkind: MCPServer`;
  const [pack, cases] = [packText(proven, file), casesText(proven, place, file)];
  expect(parse(pack)).toMatchObject({
    kind: 'PolicyPack',
    spec: { tools: [{ names: [HOSTILE], principals: { names: [HOSTILE] } }] },
  });
  expect(parse(cases)).toMatchObject({
    server: { namespace: 'finance', labels: { app: 'ledger' } },
    tests: [{ tool: HOSTILE, as: { name: HOSTILE } }, {}, {}],
  });
  for (const text of [pack, cases, summaryText(proven, observed)]) expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  expect(cases).not.toMatch(/&a\d|\*a\d/);
  expect(summaryText(proven, observed)).toMatch(
    /2 calls that were let through became 1 rule, proven by 3 cases.\nno rule for tool /,
  );
});

it('says what is left out', () => {
  const observed = new ObservedTraffic();
  observed.add(callLine({ effect: 'Deny', outcome: 'refused' }));
  observed.isPartly = true;
  const dropped = Array.from({ length: 25 }, (_, i) => ({ rule: 'a', parameter: `p${i}` }));
  const text = summaryText({ pack: {}, rules: [], cases: [], dropped, unproven: ['seen'], loose: ['near'] }, observed);
  for (const words of [
    '1 call came to nothing',
    'a does not check p0',
    'and 5 more',
    'passes all the same: near',
    'does not pass: seen',
    'more than one pack can say',
  ])
    expect(text).toContain(words);
});

it('labels are YAML with a reason beside each, or JSON', () => {
  const guesses = labelGuesses([{ name: `send_mail\u202e` }, { name: 'delete_record' }]);
  expect(parse(labelsText(guesses))).toEqual({
    labels: { 'external-sink': [`send_mail\u202e`], destructive: ['delete_record'] },
  });
  expect(labelsText(guesses)).toContain('# its name has "delete" in it');
  expect(labelsText([])).toMatch(/No tool/);
  expect(JSON.parse(labelsJson(guesses))).toMatchObject({
    guesses: [{ label: 'external-sink' }, { label: 'destructive' }],
  });
});
