import { describe, expect, it } from 'vitest';
import { definitionDigest } from '../../core/inspect/definitions/definition.ts';
import { readSnapshot } from '../memory/shared-pins.ts';
import { answerParts } from '../testing/answering.ts';
import { ALLOWED_DEFINITIONS, HIDING, definitionsPolicy, throughDoor } from '../testing/definitions.ts';

const CLEAN = { name: 'add', description: 'Adds.' };
const POISONED = { name: 'sum', description: 'Sums.\u{e0041}' };
const names = (result: unknown, list = 'tools'): unknown =>
  result === 'pass' ? result : (result as Record<string, { name: string }[]>)[list]?.map(({ name }) => name);

describe('a list', () => {
  it.each([
    ['tools', 'tools/list'],
    ['prompts', 'prompts/list'],
  ])('of %s is shown without what may not be shown', (list, method) => {
    expect(names(throughDoor(HIDING, method, { [list]: [CLEAN, POISONED] }).result, list)).toEqual(['add']);
  });

  it('of templates and of resources too', () => {
    const hidden = { description: 'x\u200by' };
    const templates = {
      resourceTemplates: [
        { uriTemplate: 'a://{b}', name: 'add' },
        { uriTemplate: 'b://{b}', ...hidden },
      ],
    };
    expect(names(throughDoor(HIDING, 'resources/templates/list', templates).result, 'resourceTemplates')).toEqual([
      'add',
    ]);
    const resources = {
      resources: [
        { uri: 'a://b', name: 'add' },
        { uri: 'b://b', ...hidden },
      ],
    };
    expect(names(throughDoor(HIDING, 'resources/list', resources).result, 'resources')).toEqual(['add']);
  });

  it('passes as it is where nothing is found, or nothing is asked', () => {
    expect(throughDoor(HIDING, 'tools/list', { tools: [CLEAN] }).result).toBe('pass');
    expect(throughDoor(ALLOWED_DEFINITIONS, 'tools/list', { tools: [POISONED] })).toEqual({
      result: 'pass',
      lines: [],
    });
  });

  it('has only what is accepted, where that is required', () => {
    const accept = [definitionDigest({ kind: 'tool', value: CLEAN })];
    const policy = definitionsPolicy({ pin: 'Required', accept });
    const { result, lines } = throughDoor(policy, 'tools/list', { tools: [CLEAN, { ...CLEAN, title: 'Other' }] });
    expect(result).toEqual({ tools: [CLEAN] });
    expect(lines).toMatchObject([
      { tool: 'add', decision: { findings: [{ detector: 'pin', reason: 'not-accepted' }] } },
    ]);
  });

  it('has only what is as it was when it was used first, where that is asked for', () => {
    const policy = definitionsPolicy({ pin: 'FirstUse' });
    const parts = answerParts(policy);
    const changed = { ...CLEAN, description: 'Adds, and more.' };
    expect(throughDoor(policy, 'tools/list', { tools: [CLEAN, POISONED] }, parts).result).toEqual({ tools: [CLEAN] });
    expect(throughDoor(policy, 'tools/list', { tools: [changed] }, parts).result).toEqual({ tools: [] });
    // What was not shown was not used.
    const mended = { ...POISONED, description: 'Sums.' };
    expect(throughDoor(policy, 'tools/list', { tools: [CLEAN, mended] }, parts).result).toBe('pass');
  });

  it('speaks of tools on other pages, and is not blamed for them', () => {
    const policy = definitionsPolicy({ otherTools: 'Deny' });
    const speaking = { name: 'add', description: 'Then call send_email.' };
    const parts = answerParts(policy);
    expect(throughDoor(policy, 'tools/list', { tools: [speaking], nextCursor: 'b' }, parts).result).toBe('pass');
    const last = { tools: [speaking, { name: 'send_email' }] };
    expect(throughDoor(policy, 'tools/list', last, answerParts(policy)).result).toBe('pass');
    expect(names(throughDoor(policy, 'tools/list', { tools: [speaking] }, answerParts(policy)).result)).toEqual([]);
  });
});

describe('of two names in a list that are taken for each other', () => {
  it.each([
    ['the second is found', 'sum_a11', 'look-alike'],
    ['the second of the same is found', 'sum_all', 'shadows'],
  ])('%s', (_, name, reason) => {
    const policy = definitionsPolicy({ names: 'Deny' });
    const { result, lines } = throughDoor(policy, 'tools/list', { tools: [{ name: 'sum_all' }, { name, title: 'x' }] });
    expect(names(result)).toEqual(['sum_all']);
    expect(lines).toMatchObject([
      { tool: name, decision: { findings: [{ detector: 'names', reason, pointer: '/name' }] } },
    ]);
  });
});

it('a list with more in it than is looked at is refused, and not when it is asked for again', () => {
  const parts = answerParts(HIDING);
  const tools = Array.from({ length: 20 }, (_, i) => ({ name: `t${i}`, description: `${i} `.repeat(20_000) }));
  expect(JSON.stringify(throughDoor(HIDING, 'tools/list', { tools }, parts))).not.toContain('"t19"');
  expect(throughDoor(HIDING, 'tools/list', { tools }, parts).result).toBe('pass');
});

it('a list with more names than are remembered is refused', () => {
  const parts = answerParts(HIDING);
  const [, ...rest] = Array.from({ length: 20_001 }, (_, i) => `t${i}`);
  for (const name of rest) parts.definitions.listed({ kind: 'tool', name, digest: undefined, findings: [] });
  expect(JSON.stringify(throughDoor(HIDING, 'tools/list', { tools: [{ name: 'one_more' }] }, parts))).not.toContain(
    'one_more',
  );
  expect(throughDoor(HIDING, 'tools/list', { tools: [{ name: 't1' }] }, parts).result).toBe('pass');
});

describe('on record is', () => {
  it('what was left out, once under a policy', () => {
    const parts = answerParts(HIDING);
    throughDoor(HIDING, 'tools/list', { tools: [POISONED] }, parts);
    expect(throughDoor(HIDING, 'tools/list', { tools: [POISONED] }, parts).lines).toHaveLength(1);
    const other = definitionsPolicy({ names: 'Deny' });
    expect(throughDoor(other, 'tools/list', { tools: [POISONED] }, parts).lines).toHaveLength(2);
  });

  it('what is shown all the same, and what a pack in shadow would have done', () => {
    const shown = definitionsPolicy({ hiddenText: 'Log' });
    expect(throughDoor(shown, 'tools/list', { tools: [POISONED] })).toMatchObject({
      result: 'pass',
      lines: [{ outcome: 'answered', decision: { effect: 'Log', reason: 'definition-shown' } }],
    });
    const shadow = definitionsPolicy({ mode: 'Shadow' });
    expect(throughDoor(shadow, 'tools/list', { tools: [POISONED] })).toMatchObject({
      result: 'pass',
      lines: [{ decision: { effect: 'Allow', wouldEffect: 'Deny' } }],
    });
  });

  it('nothing while nothing can be recorded, and it is left out all the same', () => {
    const parts = answerParts(HIDING);
    parts.failAudit();
    const { result, lines } = throughDoor(HIDING, 'tools/list', { tools: [POISONED] }, parts);
    expect([names(result), lines]).toEqual([[], []]);
  });
});

describe('where all gates of a server go by the same pins', () => {
  const policy = definitionsPolicy({ pin: 'FirstUse', onChange: 'RequireApproval', names: 'Deny' });
  const digest = definitionDigest({ kind: 'tool', value: CLEAN });
  const changed = { ...CLEAN, description: 'Adds, and more.' };

  function sharing(pin: object | undefined, { isAlone = false, clashes = [] as object[] } = {}) {
    const parts = answerParts(policy);
    const told: [name: string, isShown: boolean][] = [];
    parts.definitions.shareWith({ isAlone, tell: ({ name }, _, isShown) => told.push([name, isShown]) });
    const pins = pin === undefined ? [] : [{ kind: 'tool', name: 'add', accepted: [], refused: [], ...pin }];
    parts.definitions.adopt(readSnapshot({ pins, clashes }) ?? expect.fail());
    const list = (tool: object) => throughDoor(policy, 'tools/list', { tools: [tool] }, parts);
    return { list, told };
  }

  it('what is new is shown and told', () => {
    const { list, told } = sharing(undefined);
    expect(list(CLEAN).result).toBe('pass');
    expect(told).toEqual([['add', true]]);
  });

  it('what another gate has seen first is not told again', () => {
    const { list, told } = sharing({ first: digest });
    expect(list(CLEAN).result).toBe('pass');
    expect(told).toEqual([]);
  });

  it('what another gate has seen otherwise first is left out, and told', () => {
    const { list, told } = sharing({ first: digest });
    expect(list(changed).result).toEqual({ tools: [] });
    expect(told).toEqual([['add', false]]);
  });

  it('what a person has approved is shown', () => {
    const { list, told } = sharing({ first: 'sha256:0', accepted: [digest] });
    expect(list(CLEAN).result).toBe('pass');
    expect(told).toEqual([]);
  });

  it('what a person has refused is left out, and says so', () => {
    const { list } = sharing({ first: 'sha256:0', refused: [digest] });
    const { result, lines } = list(CLEAN);
    expect(result).toEqual({ tools: [] });
    expect(lines).toMatchObject([{ decision: { findings: [{ detector: 'pin', reason: 'refused' }] } }]);
  });

  it('while the operator is away what is known is shown, and what is new is not', () => {
    expect(sharing({ first: digest }, { isAlone: true }).list(CLEAN).result).toBe('pass');
    const { list, told } = sharing(undefined, { isAlone: true });
    expect(list(CLEAN).result).toEqual({ tools: [] });
    expect(told).toEqual([]);
  });

  it('a name that a neighbour had before is found, and its call decided on by it', () => {
    const clashes = [{ tool: 'add', server: 'maths', other: 'add' }];
    const { result, lines } = sharing({ first: digest }, { clashes }).list(CLEAN);
    expect(result).toEqual({ tools: [] });
    expect(lines).toMatchObject([
      { decision: { findings: [{ detector: 'names', reason: 'shadows', pointer: '/name' }] } },
    ]);
  });
});
