/**
 * Clients as people have them, from their registries in exact versions: what each of them shows of a refusal, of a held call and of a
 * token that is not known. docs/clients.md tells it to people.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { run } from '../cluster/support/command.ts';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { textOf } from '../support/clients.ts';
import { pythonWith } from '../support/python.ts';
import { PYTHON_FOLDER } from './clients/python-driver.ts';
import { type Guarded, startGuarded } from './guarded.ts';
import { INSTALL_MS, installed } from './npm-clients.ts';
import { PYTHON } from './python-sdks.ts';

const REFUSED = /Refused by policy: .*"key": The path "\/etc\/passwd" leads outside the allowed folders/;
const HELD = /^Not executed yet: this call waits for a person's approval/;

const { use } = cleanupAfterAll();
let guarded: Guarded;
beforeAll(async () => {
  guarded = await use(startGuarded());
});

describe('Claude Desktop through mcp-remote', () => {
  const connected = async (token: string): Promise<Client> => {
    const bridge = join(await installed('mcp-remote'), 'dist', 'proxy.js');
    const client = new Client({ name: 'desktop', version: '1' });
    // What `sallyport connect --client claude-desktop` prints.
    const args = [bridge, guarded.url, '--transport', 'http-only', '--header', 'Authorization:${AUTHORIZATION}'];
    const env = { ...guarded.home.env, AUTHORIZATION: `Bearer ${token}` };
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' }));
    return client;
  };

  it('reads refusals and goes on', { timeout: INSTALL_MS }, async () => {
    const client = await use(connected(guarded.token));
    const call = async (name: string, args: Record<string, string>): Promise<string> =>
      textOf(await client.callTool({ name, arguments: args }));
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('forbidden');
    expect(await call('was_cancelled', { key: '/etc/passwd' })).toMatch(REFUSED);
    expect(await call('held', { key: 'desktop' })).toMatch(HELD);
    expect(await call('echo', { message: 'still here' })).toBe('still here');
  });

  it('is not connected with a token that is not known', { timeout: INSTALL_MS }, async () => {
    await expect(connected('wrong')).rejects.toThrow('Connection closed');
  });
});

describe('Inspector', () => {
  const inspect = async (
    token: string,
    ...args: string[]
  ): Promise<{ stdout: string; stderr: string; code: number }> => {
    const folder = await installed('@modelcontextprotocol/inspector');
    const launcher = join(folder, 'clients', 'launcher', 'build', 'index.js');
    const at = ['--cli', guarded.url, '--transport', 'http', '--header', `Authorization: Bearer ${token}`];
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [launcher, ...at, ...args], {
        env: guarded.home.env,
      });
      return { stdout, stderr, code: 0 };
    } catch (error) {
      return error as { stdout: string; stderr: string; code: number };
    }
  };

  it('shows refusals and ends with an error', { timeout: INSTALL_MS }, async () => {
    const call = ['--method', 'tools/call', '--tool-name'];
    expect(await inspect(guarded.token, ...call, 'echo', '--tool-arg', 'message=hello')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"text": "hello"'),
    });
    const refused = await inspect(guarded.token, ...call, 'was_cancelled', '--tool-arg', 'key=/etc/passwd');
    expect(refused).toMatchObject({ code: 5 });
    expect(JSON.parse(refused.stdout)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(REFUSED) }],
    });
  });

  it('takes a token that is not known for a wish to sign in', { timeout: INSTALL_MS }, async () => {
    const { code, stderr } = await inspect('wrong', '--method', 'tools/list');
    expect(code).not.toBe(0);
    expect(stderr).toContain('auth_required');
  });
});

describe.skipIf(PYTHON === undefined)('frameworks in Python', () => {
  interface Report {
    readonly tools: readonly string[];
    readonly [what: string]: unknown;
  }
  let reports: Readonly<Record<string, Report>>;
  beforeAll(async () => {
    const python = await pythonWith(join(PYTHON_FOLDER, 'frameworks.txt'), PYTHON ?? '');
    const script = join(PYTHON_FOLDER, 'frameworks.py');
    reports = JSON.parse(await run(python, [script, guarded.url, guarded.token])) as typeof reports;
  }, INSTALL_MS);

  it.each(['openai_agents', 'langchain'])('%s reads refusals and goes on', (framework) => {
    const report = reports[framework] as Report;
    expect(report).toMatchObject({
      call: 'hello',
      refusal: expect.stringMatching(REFUSED),
      held: expect.stringMatching(HELD),
      after: 'still here',
      'with a wrong token': expect.stringContaining('401'),
    });
    expect(report.tools).toContain('echo');
    expect(report.tools).not.toContain('forbidden');
  });
});
