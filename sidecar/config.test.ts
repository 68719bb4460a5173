import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const env = {
  SALLYPORT_UPSTREAM: 'http://127.0.0.1:1/mcp',
  SALLYPORT_SERVER: 'finance/ledger',
  SALLYPORT_BUNDLE_DIR: '/bundle',
  SALLYPORT_STATE_DIR: '/state',
};

describe('readConfig', () => {
  it('needs four variables and has defaults for the rest', () => {
    expect(readConfig(env)).toMatchObject({
      port: 8484,
      adminPort: 8485,
      host: '0.0.0.0',
      drainMs: 20_000,
      tokenDirectory: undefined,
    });
  });

  it.each([
    ...Object.keys(env).map((name) => [name, undefined, `${name} is not set`] as const),
    ['SALLYPORT_UPSTREAM', 'ftp://x', 'SALLYPORT_UPSTREAM is not an http or https URL'],
    ['SALLYPORT_PORT', '70000', 'SALLYPORT_PORT is not a port'],
    ['SALLYPORT_ADMIN_PORT', 'x', 'SALLYPORT_ADMIN_PORT is not a port'],
    ['SALLYPORT_DRAIN', '20', 'SALLYPORT_DRAIN is not a duration'],
  ] as const)('names %s when it is %s', (name, value, message) => {
    expect(() => readConfig({ ...env, [name]: value })).toThrow(message);
  });
});
