import { describe, expect, it } from 'vitest';
import { decide } from '../../core/policy/decide.ts';
import { ada, pack, policyOf, tool } from '../../core/policy/testing/gen.ts';
import { GETTERS, answerParts, callOf } from '../testing/answering.ts';
import { expectAnswer } from './terms-of.ts';

describe('what decides on the answer to a call', () => {
  it('is noted with what was asked, and is the same for the call’s own stream', () => {
    const call = callOf(answerParts(), { method: 'tools/list' });
    const terms = expectAnswer(call);
    expect(terms).toMatchObject({ method: 'tools/list', rule: { door: 'filter' } });
    expect(call.asked?.terms).toBe(terms);
  });

  it('are the rules of its tool, as the verdict named them', () => {
    const verdict = decide(GETTERS, { principal: ada, targets: [tool('get_a')], inspection: undefined });
    const { rules, obligations } = verdict;
    expect(rules).toHaveLength(1);
    expect(expectAnswer(callOf(answerParts(), { verdict }))).toMatchObject({ rules, obligations });
  });

  it('is, of a task, what is looked for in the results of any tool', () => {
    const detect = ['secrets'] as const;
    const policy = policyOf(
      pack({ dlp: [{ detect: [...detect], in: ['results'], tools: ['get_a'], effect: 'Deny' }] }),
    );
    const termsOf = (method: string) =>
      expectAnswer(callOf(answerParts(policy), { method, policy, params: { taskId: 't' }, version: '2025-11-25' }));
    expect(termsOf('tasks/result')?.content).toBe(policy.content('results').ofAny());
    expect(termsOf('ping')?.content).toBeUndefined();
  });

  it('is what the client said in its handshake that it can be asked', () => {
    const call = callOf(answerParts(), { method: 'initialize', params: { capabilities: { roots: {} } } });
    expect(expectAnswer(call)?.declares).toEqual(new Set(['roots']));
  });

  it('is, in the modern era, what the request itself says', () => {
    const _meta = { 'io.modelcontextprotocol/clientCapabilities': { sampling: {} } };
    const call = callOf(answerParts(), { version: '2026-07-28', params: { _meta } });
    expect(expectAnswer(call)?.declares).toBeUndefined();
    expect([...(call.sending?.declares ?? [])]).toEqual(['sampling']);
  });

  it.each([
    ['a notification', { method: 'notifications/initialized', id: null }],
    ['a stream', { httpMethod: 'GET' }],
    ['the end of a session', { httpMethod: 'DELETE' }],
  ] as const)('is nothing for %s', (_name, sketch) => {
    expect(expectAnswer(callOf(answerParts(), sketch))).toBeUndefined();
  });
});
