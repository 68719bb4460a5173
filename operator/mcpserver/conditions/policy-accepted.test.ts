import { describe, expect, test } from 'vitest';
import { REVISION } from '../../testing/gen.ts';
import { policyAccepted } from './policy-accepted.ts';
import { compiled, rejected, facts } from './testing/cases.ts';

describe('PolicyAccepted', () => {
  test('True names the revision and the packs', () => {
    expect(policyAccepted(facts([]), compiled())).toEqual({
      status: 'True',
      reason: 'Compiled',
      message: `${REVISION} from finance/payments`,
    });
  });
  test('True without packs says that everything is denied, and what to create', () => {
    const { status, reason, message } = policyAccepted(facts([]), compiled([]));
    expect([status, reason]).toEqual(['True', 'NoPacks']);
    expect(message).toContain('every call is denied');
  });
  test('False repeats what is wrong with which pack and says what holds meanwhile', () => {
    const { status, message } = policyAccepted(facts([]), rejected);
    expect(status).toBe('False');
    expect(message).toBe(
      'pack finance/payments: spec.mode is bad. The last good policy stays in force until this is mended.',
    );
  });
});
