import { describe, expect, it } from 'vitest';
import type { SaidArgument } from '../../../api/rules/arguments/of-type.ts';
import { Inspection } from '../../inspection.ts';
import { hostArgument, urlArgument } from './url.ts';

function look(said: SaidArgument, value: unknown, work?: number) {
  const inspection = new Inspection({ monotonic: () => 0 }, work);
  const check =
    said.type === 'url'
      ? urlArgument.prepare(urlArgument.compile(said))
      : hostArgument.prepare(hostArgument.compile(said));
  return check.inspect(value, inspection, inspection.enforced);
}

describe('an argument that is a URL', () => {
  it.each([
    ['a public one', {}, 'https://example.com/a', undefined],
    ['one that leads inside', {}, 'http://169.254.169.254/', 'metadata-service'],
    ['one that is not listed', { hosts: ['example.org'] }, 'https://example.com/', 'host-not-allowed'],
    ['a name inside', { internalHosts: ['redis'] }, 'http://redis:6379', undefined],
    ['a name inside, beside hosts', { hosts: ['a.com'], internalHosts: ['*.svc'] }, 'http://a.svc', undefined],
    ['an address of a range', { privateAddresses: ['10.20.0.0/16'] }, 'http://10.20.1.1', undefined],
    ['another port', { ports: [443] }, 'https://example.com:22', 'port-not-allowed'],
    ['another scheme', { schemes: ['https'] }, 'http://example.com', 'scheme'],
    ['a path', {}, '/a/b', undefined],
  ])('is judged by its settings: %s', (_, said, value, reason) => {
    expect(look({ type: 'url', ...said }, value)?.finding.reason).toBe(reason);
  });

  it('may be a list, and costs more the more there is to hold it against', () => {
    expect(look({ type: 'url' }, ['https://a.com', 'http://10.0.0.1'])).toMatchObject({ at: '/1' });
    expect(look({ type: 'url' }, 1)?.finding.message).toBe('It must be a URL or a list of URLs.');
    const hosts = Array.from({ length: 64 }, (_, i) => `*.h${i}.com`);
    expect(look({ type: 'url' }, 'http://10.0.0.1', 150)).toBeDefined();
    expect(look({ type: 'url', hosts }, 'http://10.0.0.1', 150)).toBeUndefined();
  });
});

describe('an argument that is a host', () => {
  it.each([
    ['a public one', {}, 'example.com', undefined],
    ['one word, which is a name inside', {}, 'index.html', 'internal-name'],
    ['one that is listed, with its port', { hosts: ['db.internal'], ports: [5432] }, 'db.internal:5432', undefined],
    ['a list', {}, ['example.com', 'localhost'], 'loopback'],
    ['a number', {}, 1, 'type'],
  ])('is judged by its settings: %s', (_, said, value, reason) => {
    expect(look({ type: 'host', ...said }, value)?.finding.reason).toBe(reason);
  });
});

it('a bundle says the same of the same, in whatever order it was written', () => {
  const compile = (hosts: string[], ports: number[]) =>
    urlArgument.compile({ type: 'url', hosts, ports, schemes: ['https'] });
  expect(compile(['b.com', 'a.com'], [443, 80])).toEqual(compile(['a.com', 'b.com'], [80, 443]));
  expect(hostArgument.compile({ type: 'host' })).toEqual({
    ...{ type: 'host', hosts: null, internalHosts: null, privateAddresses: null, ports: null },
  });
});
