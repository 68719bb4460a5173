import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runHere } from '../testing/run-here.ts';
import { scriptKubectl } from '../testing/scripted-kubectl.ts';
import { DIGEST, storedRequest } from '../testing/stored-request.ts';
import { registerClusterApprovals } from './approvals.ts';

const run = (...args: string[]) => runHere(registerClusterApprovals, ['approvals', ...args]);

const soon = storedRequest({ name: 'b-1', spec: { expiresAt: '2098-01-01T00:00:00Z' } });
const both = { items: [storedRequest(), soon] };

describe('list', () => {
  test('has the most urgent first', async () => {
    scriptKubectl(both);
    const { stdout } = await run('list', '-n', 'finance');
    expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual(['NAME', 'b-1', 'ledger-transfer-x7k2m', '']);
  });

  test('says whose it is, and more, where that is asked for', async () => {
    scriptKubectl(both);
    const { stdout } = await run('list', '-A', '-o', 'wide');
    expect(stdout).toMatch(/^NAMESPACE +NAME .* RULE +WHY +DIGEST\nfinance +b-1 .*second person +sha256:d+\n/);
  });

  test('is for programs, too', async () => {
    scriptKubectl(both, both, both);
    expect(JSON.parse((await run('list', '-o', 'json')).stdout)).toMatchObject({ items: [soon, storedRequest()] });
    expect(parse((await run('list', '-o', 'yaml')).stdout)).toMatchObject({ items: [soon, storedRequest()] });
    expect((await run('list', '-o', 'name')).stdout).toBe(
      'approvalrequest.sallyport.dev/b-1\napprovalrequest.sallyport.dev/ledger-transfer-x7k2m\n',
    );
  });

  test('says that nothing waits', async () => {
    scriptKubectl({ items: [] }, { items: [] });
    expect((await run('list')).stderr).toBe('Nothing waits.\n');
    expect((await run('list', '--all')).stderr).toBe('There is no request.\n');
  });
});

test('show prints all of one, for people and for programs', async () => {
  const votes = [{ username: 'ada', decision: 'Approved' as const }];
  const before = storedRequest({ name: 'before', status: { state: 'Consumed', votes }, call: { preview: {} } });
  const kubectl = scriptKubectl(
    storedRequest(),
    { items: [before] },
    { status: { userInfo: { username: 'ada' } } },
    ...[storedRequest(), storedRequest()],
  );
  const { stdout } = await run('show', 'x');
  expect(stdout).toContain(`Digest    ${DIGEST}\n`);
  expect(stdout).toContain('Calls like this one were approved once, once with your vote, and denied never.\n');
  expect(stdout).toContain('\nWhat differs from the last one approved\n  | + /amount\n');
  expect(kubectl.asked()[1]).toContain('-n finance --field-selector=spec.server=ledger');
  expect(JSON.parse((await run('show', 'x', '-o', 'json')).stdout)).toEqual(storedRequest());
  expect(parse((await run('show', 'x', '-o', 'yaml')).stdout)).toEqual(storedRequest());
});

test('show is content with less where more may not be read', async () => {
  scriptKubectl(storedRequest(), 'Error from server (Forbidden)');
  expect((await run('show', 'x')).stdout).not.toContain('Before');
});

describe('a vote', () => {
  test('is told when it has counted', async () => {
    const denied = storedRequest({ resourceVersion: '9', status: { state: 'Denied', decidedBy: 'ada' } });
    const votes = [{ username: 'ada', decision: 'Denied' as const }];
    scriptKubectl(storedRequest(), storedRequest({ status: { state: 'Pending', votes } }), denied);
    expect(await run('deny', 'x', '--reason', 'no')).toEqual({
      code: 0,
      stdout: 'denied: ledger-transfer-x7k2m; tools/call "transfer" by billing-agent will not run\n',
      stderr: '',
    });
  });

  test('that is refused has the exit code 1', async () => {
    scriptKubectl(storedRequest(), 'denied request: ada made this call', storedRequest());
    expect(await run('approve', 'x', '--yes')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'sallyport: the API server refused: ada made this call; nothing was changed\n',
    });
  });
});
