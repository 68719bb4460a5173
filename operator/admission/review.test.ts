import { describe, expect, test } from 'vitest';
import { type AdmissionRequest, readReview, subjectOf, writeReview } from './review.ts';

const request: AdmissionRequest = {
  uid: 'one',
  kind: { group: 'sallyport.dev', version: 'v1alpha1', kind: 'PolicyPack' },
  name: 'payments',
  namespace: 'finance',
  operation: 'CREATE',
};
const review = (more: object = {}) =>
  JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { ...request, ...more } });
const answered = (answer: Parameters<typeof writeReview>[1]) =>
  (JSON.parse(writeReview(request, answer)) as { response: Record<string, unknown> }).response;

describe('a body', () => {
  test('is read as it came, with the fields that nobody here knows', () => {
    const object = { metadata: { name: 'payments' }, later: [1] };
    expect(readReview(review({ object }))).toMatchObject({ uid: 'one', object });
  });

  test.each([
    ['is not JSON', '{', 'the body is not JSON'],
    ['is of another version', review().replace('k8s.io/v1"', 'k8s.io/v1beta1"'), 'apiVersion'],
    ['has no request', '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}', 'request'],
    ['asks about something else', review({ operation: 'PATCH' }), 'request.operation'],
  ])('that %s is told what is wrong', (_, text, says) => {
    expect(readReview(text)).toEqual({ problem: expect.stringContaining(says) as string });
  });
});

test.each([
  ['its name', {}, 'PolicyPack finance/payments'],
  [
    'what its name begins with',
    { name: '', object: { metadata: { generateName: 'pay-' } } },
    'PolicyPack finance/pay-…',
  ],
  ['its kind where it has no namespace', { namespace: undefined }, 'PolicyPack payments'],
])('an object is called by %s', (_, more, expected) => {
  expect(subjectOf({ ...request, ...more } as AdmissionRequest)).toBe(expected);
});

describe('an answer', () => {
  test('that allows has the reason, and neither warnings nor a patch where there are none', () => {
    expect(answered({ allowed: true, reason: 'valid', warnings: [], patch: [] })).toEqual({
      uid: 'one',
      allowed: true,
      auditAnnotations: { reason: 'valid' },
    });
  });

  test('has its patch as the API server wants it', () => {
    const patch = [{ op: 'add', path: '/a', value: 1 }] as const;
    const { patchType, patch: sent } = answered({ allowed: true, reason: 'injected', patch });
    expect(patchType).toBe('JSONPatch');
    expect(JSON.parse(Buffer.from(String(sent), 'base64').toString())).toEqual(patch);
  });

  test('that refuses without causes is Forbidden', () => {
    expect(answered({ allowed: false, reason: 'windows', message: 'no' })).toMatchObject({
      allowed: false,
      status: { code: 403, reason: 'Forbidden', message: 'no' },
    });
  });

  test('that refuses with causes is Invalid, field by field, as kubectl shows it', () => {
    const causes = [{ field: 'spec.mode', message: 'is bad' }];
    expect(answered({ allowed: false, reason: 'invalid', message: 'no', causes })).toMatchObject({
      status: {
        code: 422,
        details: {
          group: 'sallyport.dev',
          kind: 'PolicyPack',
          name: 'payments',
          causes: [{ reason: 'FieldValueInvalid', field: 'spec.mode', message: 'is bad' }],
        },
      },
    });
  });
});
