import { describe, expect, test } from 'vitest';
import type { PolicyPackInput } from '../api/policy-pack.ts';
import type { DefinitionFinding } from '../inspect/definitions/inspect-definition.ts';
import { DefinitionRules, type KnownDefinition, type Pins } from './definitions.ts';
import { compile } from './compile.ts';
import { pack, server } from './testing/gen.ts';
import { NOTHING_TO_DECIDE } from './verdict.ts';

type Definitions = NonNullable<PolicyPackInput['spec']['definitions']>;
const digest = (char: string): string => `sha256:${char.repeat(64)}`;
const finding = (detector: string): DefinitionFinding => {
  return {
    detector,
    reason: 'r',
    message: `${detector} found.`,
    span: undefined,
    evidence: '',
    pointer: '/description',
  };
};
const known = (change: Partial<KnownDefinition> = {}): KnownDefinition => ({
  kind: 'tool',
  digest: digest('a'),
  findings: [],
  ...change,
});
const rulesOf = (...said: { definitions?: Definitions; mode?: 'Enforce' | 'Shadow' }[]): DefinitionRules =>
  new DefinitionRules(
    compile(
      server(),
      said.map((spec, i) => pack(spec, `p${i}`)),
    ).bundle,
  );
const judge = (definitions: Definitions, change: Partial<KnownDefinition> = {}, pins?: Pins) =>
  rulesOf({ definitions }).judge(known(change), pins);

const pins = (first: string | undefined, ...accepted: string[]): Pins => ({
  first: first === undefined ? undefined : digest(first),
  accepted: new Set(accepted.map(digest)),
});

test('without an entry nothing is asked', () => {
  expect(rulesOf({}).isEmpty).toBe(true);
  expect(rulesOf({ definitions: {} }).isEmpty).toBe(false);
  expect(rulesOf({ definitions: {} }).pins).toBe(false);
  expect(rulesOf({ definitions: { pin: 'FirstUse' } }).pins).toBe(true);
});

describe('a finding', () => {
  test('of hidden text denies, if nothing else is said', () => {
    expect(judge({}, { findings: [finding('hiddenText')] })).toMatchObject({
      effect: 'Deny',
      rules: ['finance/p0#definitions'],
      causes: [{ kind: 'definition', detail: 'hiddenText found.' }],
      findings: [{ rule: 'finance/p0#definitions', pointer: '/description' }],
    });
  });
  test.each(['modelInstructions', 'otherTools', 'names', 'schemaTricks', 'annotations'])('of %s is logged', (lint) => {
    expect(judge({}, { findings: [finding(lint)] }).effect).toBe('Log');
    expect(judge({ [lint]: 'Deny' }, { findings: [finding(lint)] }).effect).toBe('Deny');
  });
  test('that denies is told without those that do not', () => {
    const { findings } = judge({}, { findings: [finding('names'), finding('hiddenText')] });
    expect(findings.map(({ detector }) => detector)).toEqual(['hiddenText']);
  });
  test('of something that is no lint says nothing', () => {
    expect(judge({}, { findings: [finding('path')] })).toBe(NOTHING_TO_DECIDE);
  });
});

describe('a pin', () => {
  test('that is not asked for asks nothing', () => {
    expect(judge({ accept: [digest('b')] })).toBe(NOTHING_TO_DECIDE);
  });
  test('lets pass what the pack accepts', () => {
    expect(judge({ pin: 'Required', accept: [digest('b'), digest('a')] })).toBe(NOTHING_TO_DECIDE);
  });
  test('lets pass what a person has accepted', () => {
    expect(judge({ pin: 'Required' }, {}, pins(undefined, 'a'))).toBe(NOTHING_TO_DECIDE);
  });
  test('denies what is not accepted, and what was never listed', () => {
    const reasons = [{}, { digest: undefined }].map((change) => judge({ pin: 'Required' }, change).findings[0]?.reason);
    expect(reasons).toEqual(['not-accepted', 'not-listed']);
  });
  test('of the first use lets pass what is as it was then, and what was never listed', () => {
    expect(judge({ pin: 'FirstUse' }, {}, pins(undefined))).toBe(NOTHING_TO_DECIDE);
    expect(judge({ pin: 'FirstUse' }, {}, pins('a'))).toBe(NOTHING_TO_DECIDE);
    expect(judge({ pin: 'FirstUse' }, { digest: undefined }, pins('a'))).toBe(NOTHING_TO_DECIDE);
  });
  test('of the first use denies what has changed, until that is accepted', () => {
    expect(judge({ pin: 'FirstUse' }, {}, pins('b')).findings[0]?.reason).toBe('changed');
    expect(judge({ pin: 'FirstUse' }, {}, pins('b', 'a'))).toBe(NOTHING_TO_DECIDE);
    expect(judge({ pin: 'FirstUse', accept: [digest('a')] }, {}, pins('b'))).toBe(NOTHING_TO_DECIDE);
  });
  test('only tells, where the pack says so', () => {
    expect(judge({ pin: 'Required', onChange: 'Log' })).toMatchObject({
      effect: 'Log',
      findings: [{ detector: 'pin' }],
    });
  });
  test.each(['prompt', 'resourceTemplate', 'instructions'] as const)('is asked of a %s', (kind) => {
    expect(judge({ pin: 'Required' }, { kind }).effect).toBe('Deny');
  });
  test('is not asked of a resource, which is data', () => {
    expect(judge({ pin: 'Required' }, { kind: 'resource' })).toBe(NOTHING_TO_DECIDE);
  });
});

describe('of several packs', () => {
  test('each has to accept what it asks a pin for: none loosens what another wants', () => {
    const [a, b] = [{ accept: [digest('a')] }, { accept: [digest('b')] }];
    expect(
      rulesOf({ definitions: { pin: 'Required', ...a } }, { definitions: { pin: 'Required', ...b } }).judge(known()),
    ).toMatchObject({
      effect: 'Deny',
      rules: ['finance/p1#definitions'],
    });
    expect(rulesOf({ definitions: { pin: 'Required', ...a } }, { definitions: b }).judge(known())).toBe(
      NOTHING_TO_DECIDE,
    );
  });
  test('the strictest effect holds', () => {
    const rules = rulesOf({ definitions: { hiddenText: 'Log' } }, { definitions: {} });
    expect(rules.judge(known({ findings: [finding('hiddenText')] })).effect).toBe('Deny');
  });
  test.each([
    ['a pack', { mode: 'Shadow' as const, definitions: {} }],
    ['an entry', { definitions: { mode: 'Shadow' as const } }],
  ])('%s in shadow says what it would have done', (_, spec) => {
    expect(rulesOf(spec).judge(known({ findings: [finding('hiddenText')] }))).toMatchObject({
      effect: 'Allow',
      rules: [],
      would: { effect: 'Deny', rules: ['finance/p0#definitions'] },
    });
  });
});

describe('where a person is to be asked', () => {
  const asking = { pin: 'FirstUse', onChange: 'RequireApproval' } as const;
  const detail = (definitions: Definitions, known_: Pins): string | undefined =>
    judge(definitions, {}, known_).causes[0]?.detail;

  test('what has changed is out, and says that it waits for one', () => {
    expect(judge(asking, {}, pins('b'))).toMatchObject({
      effect: 'Deny',
      findings: [{ detector: 'pin', reason: 'changed' }],
    });
    expect(detail(asking, pins('b'))).toMatch(/has changed .* waits for a person to approve the change/);
  });
  test('so does what nobody has accepted', () => {
    expect(detail({ ...asking, pin: 'Required' }, pins(undefined))).toMatch(
      /has not been accepted, and waits for a person/,
    );
  });
  test('what was approved passes', () => {
    expect(judge(asking, {}, pins('b', 'a'))).toBe(NOTHING_TO_DECIDE);
  });
  test('what was not approved says so, and not that it waits', () => {
    expect(detail(asking, { ...pins('b'), refused: new Set([digest('a')]) })).toMatch(/has not accepted it/);
  });
  test('a gate that cannot tell anybody of a first use does not begin on its own', () => {
    expect(detail(asking, { ...pins(undefined), isAlone: true })).toMatch(/operator.*does not answer/);
    expect(judge(asking, {}, { ...pins('a'), isAlone: true })).toBe(NOTHING_TO_DECIDE);
    expect(judge({ pin: 'FirstUse' }, {}, { ...pins(undefined), isAlone: true })).toBe(NOTHING_TO_DECIDE);
  });
});
