import { describe, expect, test } from 'vitest';
import { OWN_UNDERSTANDING } from '../../core/policy/bundle-versions.ts';
import { formatUnderstanding, parseUnderstanding, understandingOf } from './understanding.ts';

describe('what a gate says', () => {
  test.each([
    [{ version: 1, features: [] }, '0.1.0', 'v1 (gate 0.1.0)'],
    [
      { version: 12, features: ['wire.keys', 'audit.level'] },
      '2.0.0-rc.1 (x)',
      'v12 audit.level wire.keys (gate 2.0.0-rc.1 (x))',
    ],
  ])('is written down for people and read back: %j', (understanding, gate, message) => {
    expect(formatUnderstanding(understanding, gate)).toBe(message);
    const { version, features } = understanding;
    expect(parseUnderstanding(message)).toEqual({ version, features: features.toSorted(), gate });
  });

  test.each([undefined, '', 'v2', 'v2 audit.level', 'v0x (gate 1)', `v${'9'.repeat(20)} (gate 1)`])(
    'is not read out of %j',
    (message) => expect(parseUnderstanding(message)).toBeUndefined(),
  );
});

describe('what a gate understands', () => {
  const injected = OWN_UNDERSTANDING;

  test('is its own word, whatever was meant to be injected', () => {
    expect(understandingOf({ reported: 'v1 (gate 0.1.0)', injected, injectedBy: '0.2.0' })).toEqual({
      version: 1,
      features: [],
      gate: '0.1.0',
    });
  });

  test('is what was injected until it has said something', () => {
    expect(understandingOf({ reported: undefined, injected, injectedBy: '0.2.0' })).toEqual({
      ...injected,
      gate: '0.2.0',
    });
  });

  test('is that of the last release before it could be said, where nobody says anything', () => {
    expect(understandingOf({ reported: undefined, injected: undefined, injectedBy: undefined })).toEqual({
      version: 1,
      features: [],
      gate: undefined,
    });
  });
});
