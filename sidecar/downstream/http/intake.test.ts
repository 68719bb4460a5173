import { describe, expect, it } from 'vitest';
import { isMcpTarget, malformedBy } from './intake.ts';

describe('malformedBy', () => {
  it.each([
    ['HPE_HEADER_OVERFLOW', 431],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408],
    ['HPE_INVALID_TOKEN', 400],
  ])('answers %s with %i', (code, status) => {
    const refusal = malformedBy(Object.assign(new Error('x'), { code }));
    expect(refusal).toMatchObject({ reason: 'malformed-http', status, message: `Malformed HTTP: ${code}` });
  });
});

it.each([
  ['Invalid HTTP version', 505],
  ['Invalid major version', 400],
  ['Expected dot', 400],
])('a version that is none (%s) is told from one that is not spoken', (reason, status) => {
  const error = Object.assign(new Error('x'), { code: 'HPE_INVALID_VERSION', reason });
  expect(malformedBy(error)).toMatchObject({ reason: 'malformed-http', status });
});

it.each([
  ['/mcp', true],
  ['/mcp?x=/other', true],
  ['/rpc', true],
  ['/rpc?x', true],
  ['/mcp/', false],
  ['/mcp#', false],
  ['/rpc/', false],
  ['', false],
])('whether %j is the endpoint of the gate or of its server: %s', (target, expected) => {
  expect(isMcpTarget(target, new URL('http://127.0.0.1:8080/rpc'))).toBe(expected);
  expect(isMcpTarget(target, undefined)).toBe(expected && target.startsWith('/mcp'));
});
