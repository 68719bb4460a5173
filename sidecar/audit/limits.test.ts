import { describe, expect, test } from 'vitest';
import { readAuditLimits } from './limits.ts';

const MIB = 1024 * 1024;

test('there is a bound on files, their age and the whole without a word', () => {
  expect(readAuditLimits({})).toEqual({
    fileBytes: 64 * MIB,
    fileAgeMs: 24 * 3_600_000,
    totalBytes: 512 * MIB,
    keepMs: undefined,
  });
});

test('a file is never more than an eighth of the whole, so that no more is deleted at a time', () => {
  expect(readAuditLimits({ SALLYPORT_AUDIT_SIZE: '8Mi' }).fileBytes).toBe(MIB);
  expect(readAuditLimits({ SALLYPORT_AUDIT_SIZE: '8Mi', SALLYPORT_AUDIT_FILE_SIZE: '100k' }).fileBytes).toBe(100_000);
});

describe('what is wrong is named', () => {
  test.each([
    ['SALLYPORT_AUDIT_SIZE', 'much', 'is not a number of bytes such as 512Mi'],
    ['SALLYPORT_AUDIT_SIZE', '1Ki', 'is less than 1Mi'],
    ['SALLYPORT_AUDIT_FILE_SIZE', '-1', 'is not a number of bytes'],
    ['SALLYPORT_AUDIT_FILE_AGE', 'a day', 'is not a duration such as 24h'],
    ['SALLYPORT_AUDIT_KEEP', '0s', 'is not a duration such as 24h'],
  ])('%s=%s', (name, value, says) => {
    expect(() => readAuditLimits({ [name]: value })).toThrow(`${name} ${says}`);
  });
});
