import { describe, expect, it } from 'vitest';
import { LEGACY_VERSIONS, MODERN_VERSIONS, findRevision, negotiatedRevision } from './index.ts';

const all = [...LEGACY_VERSIONS, ...MODERN_VERSIONS];

describe('revisions', () => {
  it('are the ones the specification has published for these transports', () => {
    expect(all).toEqual(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28']);
  });

  it.each(all)('%s decides on tools, resources and prompts, and filters their lists', (version) => {
    const { requests } = findRevision(version) ?? expect.fail();
    for (const method of ['tools/call', 'resources/read', 'prompts/get', 'completion/complete']) {
      expect(requests.get(method)?.door).toBe('decide');
    }
    for (const method of ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list']) {
      expect(requests.get(method)?.door).toBe('filter');
    }
  });

  it('only the modern one has neither handshake nor ping', () => {
    expect(LEGACY_VERSIONS.every((version) => findRevision(version)?.requests.has('initialize'))).toBe(true);
    expect(findRevision('2026-07-28')?.requests.has('initialize')).toBe(false);
    expect(findRevision('2026-07-28')?.requests.has('ping')).toBe(false);
  });

  it('a version that a server invents is read like the newest legacy one', () => {
    expect(negotiatedRevision('2025-06-18').version).toBe('2025-06-18');
    expect(negotiatedRevision('2099-01-01').version).toBe('2025-11-25');
    expect(negotiatedRevision(undefined).version).toBe('2025-11-25');
  });

  it('modern results that the gate makes are complete, and filtered lists are private and short-lived', () => {
    const modern = findRevision('2026-07-28') ?? expect.fail();
    expect(modern.completeResult({ content: [] })).toEqual({ content: [], resultType: 'complete' });
    expect(modern.membersOfList(300_000)).toEqual({ ttlMs: 30_000, cacheScope: 'private' });
    expect(modern.membersOfList(5)).toEqual({ ttlMs: 5, cacheScope: 'private' });
    expect(modern.membersOfList(undefined)).toEqual({ ttlMs: 0, cacheScope: 'private' });
  });

  it.each([
    ['null for what is not there', { inputResponses: null, requestState: null }, []],
    ['content that declines', { inputResponses: { a: { action: 'decline' } } }, []],
    ['content in another case', { inputResponses: { a: { action: 'decline', Content: { x: 1 } } } }, ['elicitation']],
    ['content with a long s', { inputResponses: { a: { action: 'decline', 'root\u017f': [] } } }, ['roots']],
  ])('of answers to a server, the modern one reads %s', (_name, params, answers) => {
    const references = (findRevision('2026-07-28') ?? expect.fail()).readReferences('tools/call', params);
    expect(references).toMatchObject({ answers, requestState: undefined });
  });
});
