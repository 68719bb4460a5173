import { describe, expect, it } from 'vitest';
import { readRoutes } from './routes.ts';

describe('the probes of a pod', () => {
  it('are found by their paths', () => {
    const route = { path: '/probes/app/readiness', timeoutSeconds: 1, tcpSocket: { port: 8080 } };
    expect(readRoutes('X', JSON.stringify([route])).get(route.path)).toEqual(route);
  });

  it('are none where nothing is said', () => {
    expect(readRoutes('X', undefined).size).toBe(0);
    expect(readRoutes('X', '').size).toBe(0);
  });

  it.each([
    ['no JSON', '{'],
    ['no list', '{}'],
    ['a path elsewhere', '[{"path":"/metrics","timeoutSeconds":1,"tcpSocket":{"port":1}}]'],
    ['a port that is none', '[{"path":"/probes/a/b","timeoutSeconds":1,"tcpSocket":{"port":0}}]'],
    ['two ways to ask', '[{"path":"/probes/a/b","timeoutSeconds":1,"tcpSocket":{"port":1},"grpc":{"port":1}}]'],
    ['no way to ask', '[{"path":"/probes/a/b","timeoutSeconds":1}]'],
  ])('are refused with the name of the variable for %s', (_, text) => {
    expect(() => readRoutes('SALLYPORT_PROBES', text)).toThrow(/^SALLYPORT_PROBES is not a list of probes/);
  });
});
