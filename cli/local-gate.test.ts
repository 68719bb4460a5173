import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type LocalGate, type LocalGateEvents, type LocalGateOptions, openLocalGate } from './local-gate.ts';
import { folderWith } from './testing/run-cli.ts';

const server = (name: string, spec = 'remote: {url: "http://127.0.0.1:1/mcp"}'): string =>
  `apiVersion: sallyport.dev/v1alpha1\nkind: MCPServer\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
const PACK = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: p}
spec: {tools: [{names: ["a"], effect: Allow}]}
`;

let state = '';
beforeEach(() => {
  state = folderWith();
  vi.stubEnv('SALLYPORT_STATE_DIR', state);
  vi.stubEnv('SALLYPORT_RUNTIME_DIR', join(state, 'run'));
});
afterEach(() => vi.unstubAllEnvs());

interface Opened {
  gate: LocalGate;
  said: string[];
}

async function open(folder: string, options: Partial<LocalGateOptions> = {}): Promise<Opened> {
  const said: string[] = [];
  const events: LocalGateEvents = {
    onPolicy: ({ packs }, previous) => said.push(`policy ${packs.join()}${previous === undefined ? '' : ' again'}`),
    onProblems: (problems) => said.push(`problems ${problems.length}`),
    onDecision: () => said.push('decision'),
    onApproval: () => said.push('approval'),
    onServerLog: (line) => said.push(line),
    onTraffic: (line) => said.push(line),
    onNotice: () => said.push('notice'),
    onAuditState: (auditState) => said.push(`audit ${auditState}`),
    onRefusals: () => said.push('refusals'),
  };
  const gate = await openLocalGate(
    { folder, command: [], upstream: undefined, serverName: undefined, auditFile: undefined, ...options },
    events,
    ({ command }) => {
      said.push(`stdio ${command.command.join(' ')}`);
      return { url: undefined, send: () => expect.fail(), endpointIn: () => undefined, close: async () => {} };
    },
  );
  onTestFinished(() => gate.close().catch(() => {}));
  return { gate, said };
}

/** Folders that are watched, which keeps a process. */
const watched = (): string[] => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap');

describe('a gate', () => {
  test('has the name of the server of its folder', async () => {
    const { gate, said } = await open(folderWith({ 'a.yaml': server('ledger'), 'b.yaml': PACK }));
    expect(gate.name).toBe('default/ledger');
    expect(gate.socket).toBe(join(state, 'run', `ledger-${process.pid}.sock`));
    expect(gate.auditFile).toBe(join(state, 'default/ledger/audit.jsonl'));
    expect(said).toEqual(['policy default/p']);
  });

  test('has it in a folder that is broken elsewhere, too, and no policy yet', async () => {
    const { gate, said } = await open(folderWith({ 'a.yaml': server('ledger'), 'b.yaml': 'kind: PolicyPack\n' }));
    expect(gate.name).toBe('default/ledger');
    expect(gate.folder.current()).toBeUndefined();
    await vi.waitFor(() => expect(said).toEqual([expect.stringMatching(/^problems \d/)]));
  });

  test('has a name of its own in front of a command and packs alone', async () => {
    const { gate, said } = await open(folderWith({ 'b.yaml': PACK }), { command: [process.execPath, 'x'] });
    expect(gate.name).toBe('default/local');
    expect(said).toEqual([`stdio ${process.execPath} x`, 'policy default/p']);
  });

  test('fronts what the command line says before what the folder says', async () => {
    const { said } = await open(folderWith({ 'a.yaml': server('a') }), { command: [process.execPath] });
    expect(said).toContain(`stdio ${process.execPath}`);
  });

  test('takes a change of its policy, and says so', async () => {
    const folder = folderWith({ 'a.yaml': server('ledger') });
    const { gate, said } = await open(folder);
    const before = gate.folder.current()?.revision;
    writeFileSync(join(folder, 'b.yaml'), PACK);
    await vi.waitFor(() => expect(said).toContain('policy default/p again'));
    expect(gate.folder.current()?.revision).not.toBe(before);
  });

  test('does not leave the server that it fronts for another one that the folder names later', async () => {
    const folder = folderWith({ 'a.yaml': server('ledger') });
    const { said } = await open(folder);
    writeFileSync(join(folder, 'a.yaml'), server('ledger', 'remote: {url: "http://127.0.0.1:2/mcp"}'));
    await vi.waitFor(() => expect(said).toContain('the folder names another server now: restart to front that one'));
  });

  test('says of a command that comes with a change and cannot be run that it cannot', async () => {
    const folder = folderWith({ 'a.yaml': 'kind: PolicyPack\n' });
    const { said } = await open(folder);
    writeFileSync(join(folder, 'a.yaml'), server('ledger', 'stdio: {command: [no-such-program-here]}'));
    await vi.waitFor(() => expect(said.join()).toContain('"no-such-program-here" was not found'));
  });

  test('leaves no socket behind, and an audit file that is closed', async () => {
    const { gate } = await open(folderWith({ 'a.yaml': server('ledger') }));
    expect(existsSync(gate.socket)).toBe(true);
    await gate.close();
    expect(existsSync(gate.socket)).toBe(false);
    expect(readFileSync(gate.auditFile, 'utf8')).toContain('"event":"close"');
  });
});

describe('a gate that cannot be opened keeps no process, and says why:', () => {
  const faults: Record<string, [prepare: (folder: string) => Partial<LocalGateOptions>, message: string]> = {
    'the folder is not there': [() => ({ folder: '/no/such/folder' }), 'does not exist'],
    'the command is not there': [() => ({ command: ['no-such-program-here'] }), 'was not found'],
    'the URL is none': [() => ({ upstream: 'ftp://x' }), 'is not an http or https URL'],
    'the log cannot be written': [(folder) => ({ auditFile: join(folder, 'a.yaml', 'x') }), 'cannot be written'],
    'the path of the socket is too long': [
      (folder) => {
        vi.stubEnv('SALLYPORT_RUNTIME_DIR', join(folder, 'x'.repeat(120)));
        return {};
      },
      'too long for a socket',
    ],
    'a limit of the log is none': [
      () => {
        vi.stubEnv('SALLYPORT_AUDIT_SIZE', 'large');
        return {};
      },
      'SALLYPORT_AUDIT_SIZE',
    ],
  };
  for (const [name, [prepare, message]] of Object.entries(faults)) {
    test(name, async () => {
      const folder = folderWith({ 'a.yaml': server('ledger') });
      await expect(open(folder, prepare(folder))).rejects.toThrow(message);
      // A watcher is gone a turn after it is closed.
      await new Promise((resolve) => setImmediate(resolve));
      expect(watched()).toEqual([]);
    });
  }

  test('the server is one of a cluster', async () => {
    const workload = 'workload: {selector: {matchLabels: {app: a}}, port: 8080}';
    await expect(open(folderWith({ 'a.yaml': server('ledger', workload) }))).rejects.toThrow('is one of a cluster');
  });
});
