import { describe, expect, it } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import type { AdmissionAnswer, AdmissionRequest } from './review.ts';
import { requestOf } from './testing/running-server.ts';
import { revocationsHandler, tokensHandler } from './tokens-handler.ts';

const good = `sha256: ${sha256('token').slice(7)}\ngroups: [agents]\n`;

function ask(entries: Record<string, string>, request: Partial<AdmissionRequest> = {}, handlerOf = tokensHandler) {
  const changed: string[] = [];
  const data = Object.fromEntries(
    Object.entries(entries).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'ledger-clients' }, data };
  const kind = { group: '', version: 'v1', kind: 'Secret' };
  const handler = handlerOf({ onTokensChanged: (namespace, name) => changed.push(`${namespace}/${name}`) });
  const answer = handler.answer(requestOf({ kind, name: 'ledger-clients', object, ...request })) as AdmissionAnswer;
  return { answer, changed };
}

describe('a Secret of client tokens', () => {
  it.each(['CREATE', 'UPDATE'] as const)('is allowed on %s and reported as changed', (operation) => {
    expect(ask({ 'billing-agent': good }, { operation })).toEqual({
      answer: { allowed: true, reason: 'valid' },
      changed: ['finance/ledger-clients'],
    });
  });

  it('is reported when it goes, which takes every token back', () => {
    expect(ask({}, { operation: 'DELETE', object: null }).changed).toEqual(['finance/ledger-clients']);
  });

  it('is not reported on a dry run', () => {
    expect(ask({ 'billing-agent': good }, { dryRun: true }).changed).toEqual([]);
  });

  it.each([
    [
      'a token instead of its digest',
      { 'billing-agent': 'sha256: hunter2-hunter2\n' },
      'data.billing-agent',
      'sha256 is not a digest; write `sha256: `',
    ],
    ['no mapping', { 'billing-agent': 'hunter2-hunter2' }, 'data.billing-agent', 'the value is not a YAML mapping'],
    ['a reserved name', { anonymous: good }, 'data.anonymous', 'is a reserved name; give the client another name'],
    ['one digest twice', { a: good, b: good }, 'data.b', 'has a digest that client a has too'],
  ])('is refused with %s, whose value is not repeated', (_what, entries, field, says) => {
    const { answer, changed } = ask(entries);
    expect(changed).toEqual([]);
    expect(answer).toMatchObject({ allowed: false, reason: 'invalid', causes: [{ field }] });
    const text = JSON.stringify(answer);
    expect(text).toContain(says);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(sha256('token').slice(7));
  });

  it('is refused when a value is not text', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'x' },
      data: { a: Buffer.from([0xff]).toString('base64') },
    };
    expect(ask({}, { object }).answer).toMatchObject({ allowed: false, causes: [{ field: 'data.a' }] });
  });

  it('is let go whatever it holds', () => {
    const metadata = { name: 'x', deletionTimestamp: '2026-01-01T00:00:00Z' };
    const object = { apiVersion: 'v1', kind: 'Secret', metadata, data: { anonymous: '' } };
    expect(ask({}, { operation: 'UPDATE', object }).answer).toEqual({ allowed: true, reason: 'going' });
  });
});

describe('a Secret of revocations', () => {
  it('is allowed and reported as changed', () => {
    const { answer, changed } = ask({ stolen: 'jti: 3f2a' }, {}, revocationsHandler);
    expect([answer, changed]).toEqual([{ allowed: true, reason: 'valid' }, ['finance/ledger-clients']]);
  });

  it('is refused with what takes nothing back, whose value is not repeated', () => {
    const { answer, changed } = ask({ stolen: 'token: hunter2' }, {}, revocationsHandler);
    expect(changed).toEqual([]);
    const text = JSON.stringify(answer);
    expect(text).toContain('is labelled as revocations and is not');
    expect(text).toContain('the value has fields besides issuer, jti, subject, name, issuedBefore; remove them');
    expect(text).not.toContain('hunter2');
  });
});
