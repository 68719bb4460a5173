import { describe, expect, it } from 'vitest';
import { upstreamRequest } from '../sidecar/testing/upstream-request.ts';
import { NOBODY_LISTENS } from '../sidecar/upstream/upstream.ts';
import { LateUpstream, checkCommand, describeDestination, destinationOf } from './local-upstream.ts';
import { folderWith } from './testing/run-cli.ts';

const none = { command: [], upstream: undefined };
const remote = { remote: { url: 'http://127.0.0.1:1/mcp' } };

describe('destinationOf', () => {
  it.each([
    ['the URL of the folder', none, remote, 'http://127.0.0.1:1/mcp'],
    ['the command of the folder', none, { stdio: { command: ['a', 'b'] } }, 'a b'],
    ['the command line before the folder', { ...none, command: ['x', 'y'] }, remote, 'x y'],
    ['--upstream before the folder', { ...none, upstream: 'http://127.0.0.1:2/mcp' }, remote, 'http://127.0.0.1:2/mcp'],
  ])('is %s', (_name, options, spec, expected) => {
    const destination = destinationOf(options, spec) ?? expect.fail();
    expect(describeDestination(destination)).toBe(expected);
  });

  it('is nothing when neither says anything', () => {
    expect(destinationOf(none, undefined)).toBeUndefined();
  });

  it.each([
    ['workload', { workload: { selector: { matchLabels: { app: 'a' } }, port: 8080, path: '/mcp' } }],
    ['run', { run: { image: 'a', port: 8080, path: '/mcp', replicas: 1 } }],
  ])('refuses to guess where the pods of a %s are, unless the command line says it', (_name, spec) => {
    expect(() => destinationOf(none, spec)).toThrow('the MCPServer of the folder is one of a cluster');
    expect(destinationOf({ ...none, command: ['x'] }, spec)).toMatchObject({ kind: 'stdio' });
  });

  it('refuses an upstream that is no URL', () => {
    expect(() => destinationOf({ ...none, upstream: 'localhost:1' }, undefined)).toThrow('is not an http or https URL');
  });
});

it('of several streams that wait for a server, one that cannot be connected keeps back no other', () => {
  const late = new LateUpstream();
  const told: string[] = [];
  const listen = (name: string): void => {
    late.send(upstreamRequest({ httpMethod: 'GET', sessionId: name }), {
      ...NOBODY_LISTENS,
      onError: ({ message }) => told.push(`${name}: ${message}`),
    });
  };
  for (const name of ['a', 'b']) listen(name);
  late.become({
    ...{ url: undefined, endpointIn: () => undefined, close: async () => {} },
    send({ sessionId }) {
      if (sessionId === 'a') throw new Error('not this one');
      told.push(`${sessionId} is connected`);
      return { resume() {}, abort() {} };
    },
  });
  expect(told).toEqual(['a: not this one', 'b is connected']);
});

describe('checkCommand', () => {
  const check = (file: string) => checkCommand({ command: [file], env: {}, cwd: undefined });

  it('finds programs by path and by PATH', () => {
    check(process.execPath);
    check('sh');
  });

  it('says whether a program is missing or may not be run', () => {
    expect(() => check('no-such-program-here')).toThrow('was not found');
    expect(() => check('https://mcp.example.com/mcp')).toThrow('is a URL, not a command');
    const folder = folderWith({ script: '' });
    expect(() => check(`${folder}/script`)).toThrow('may not be executed');
  });
});
