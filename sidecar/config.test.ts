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
      host: undefined,
      drainMs: 20_000,
      tokenDirectory: undefined,
      revocationDirectory: undefined,
      drainDelayMs: 5_000,
      operator: undefined,
      podIps: [],
    });
  });

  it('knows an operator when it has its URL', () => {
    const operator = {
      SALLYPORT_OPERATOR_URL: 'https://operator:8443',
      SALLYPORT_OPERATOR_CA: '/ca.crt',
      SALLYPORT_OPERATOR_TOKEN: '/token',
      SALLYPORT_POD_NAME: 'ledger-1',
      SALLYPORT_POD_IP: '10.0.0.1,fd00::1',
    };
    expect(readConfig({ ...env, ...operator })).toMatchObject({
      operator: { url: 'https://operator:8443', caFile: '/ca.crt', tokenFile: '/token' },
      podName: 'ledger-1',
      podIps: ['10.0.0.1', 'fd00::1'],
    });
    expect(readConfig({ ...env, ...operator, SALLYPORT_OPERATOR_URL: '' }).operator).toBeUndefined();
  });

  it.each([
    ...Object.keys(env).map((name) => [name, undefined, `${name} is not set`] as const),
    ['SALLYPORT_UPSTREAM', 'ftp://x', 'SALLYPORT_UPSTREAM is not an http or https URL'],
    ['SALLYPORT_PORT', '70000', 'SALLYPORT_PORT is not a port'],
    ['SALLYPORT_ADMIN_PORT', 'x', 'SALLYPORT_ADMIN_PORT is not a port'],
    ['SALLYPORT_DRAIN', '20', 'SALLYPORT_DRAIN is not a duration'],
    ['SALLYPORT_DRAIN_DELAY', 'soon', 'SALLYPORT_DRAIN_DELAY is not a duration'],
    ['SALLYPORT_OPERATOR_URL', 'http://operator', 'SALLYPORT_OPERATOR_URL is not an https URL: "http://operator"'],
    ['SALLYPORT_OPERATOR_URL', 'https://operator:8443', 'SALLYPORT_OPERATOR_TOKEN is not set; it must be the file'],
    ['SALLYPORT_POD_IP', '10.0.0.1,pod', 'SALLYPORT_POD_IP is not an IP address: "pod"'],
  ] as const)('names %s when it is %s', (name, value, message) => {
    expect(() => readConfig({ ...env, [name]: value })).toThrow(message);
  });
});
