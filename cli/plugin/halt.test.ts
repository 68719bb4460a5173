import { describe, expect, it } from 'vitest';
import { runHere } from '../testing/run-here.ts';
import { scriptKubectl } from '../testing/scripted-kubectl.ts';
import { registerClusterHalt } from './halt.ts';

const run = (...args: string[]) => runHere(registerClusterHalt, args);
const ADA = { status: { userInfo: { username: 'ada' } } };
const MADE = { metadata: { name: 'halt-ledger', namespace: 'finance' } };

describe('halt', () => {
  it('makes a pack in the name of whoever types it, and says how to lift it', async () => {
    const kubectl = scriptKubectl(ADA, MADE);
    const { stdout } = await run('halt', '-n', 'finance', '-l', 'app=ledger', '--reason', 'incident 4711');
    expect(stdout).toBe(
      'halted by ada: PolicyPack finance/halt-ledger; to lift it: kubectl sallyport resume halt-ledger -n finance\n',
    );
    expect(kubectl.asked()[1]).toBe('create -f - -o json -n finance');
    expect(JSON.parse(kubectl.told(2))).toMatchObject({
      kind: 'PolicyPack',
      metadata: { name: 'halt-ledger' },
      spec: { targets: { matchLabels: { app: 'ledger' } }, halt: { by: 'ada', reason: 'incident 4711' } },
    });
  });

  it('needs to know who it is', async () => {
    scriptKubectl('error: unknown command');
    expect((await run('halt', '--reason', 'x')).stderr).toContain('does not say who you are');
  });

  it('says what the API server says', async () => {
    scriptKubectl(ADA, 'Error from server (AlreadyExists): policypacks "halt" already exists');
    expect((await run('halt', '--reason', 'x')).stderr).toContain('already exists');
  });
});

describe('resume', () => {
  it('deletes the pack', async () => {
    const kubectl = scriptKubectl({ spec: { mode: 'Enforce', halt: { reason: 'x' } } }, {});
    expect((await run('resume', 'halt-ledger', '-n', 'finance')).stdout).toBe('lifted: halt-ledger is gone\n');
    expect(kubectl.asked()[1]).toBe('delete policypacks.sallyport.dev halt-ledger -n finance');
  });
});
