import { expect, it } from 'vitest';
import { pack } from '../testing/gen.ts';
import { mergeAudit } from './audit.ts';

it('calls are recorded before they are sent where any pack requires it, and nothing is said else', () => {
  const [silent, async, required] = [pack({}), pack({ audit: {} }), pack({ audit: { level: 'Required' } })];
  expect(mergeAudit([])).toEqual({});
  expect(mergeAudit([silent, async])).toEqual({});
  expect(mergeAudit([silent, required, async])).toEqual({ audit: { level: 'Required' } });
});
