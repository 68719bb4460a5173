/** A pod of a cluster with IPv6 alone, in a network namespace: its server is on ::1, and gates reach each other by their addresses. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../cluster/support/command.ts';

const PROGRAM = join(import.meta.dirname, '..', 'support', 'ipv6-pods.ts');
const PODS = ['fd00:10:244::7', 'fd00:10:244::8'];
const UNSHARE = process.getuid?.() === 0 ? ['--net'] : ['--net', '--user', '--map-root-user'];
/** On the one interface there is; `nodad`: used at once, without asking whether a neighbour has the address. */
const SET_UP = ['ip link set lo up', ...PODS.map((address) => `ip -6 addr add ${address}/64 dev lo nodad`)].join(
  ' && ',
);

const inNamespace = (script: string, ...args: string[]): string[] => [
  ...UNSHARE,
  ...['sh', '-c', `${SET_UP} && ${script}`],
  ...args,
];

function whyNot(): string | undefined {
  const tried = spawnSync('unshare', inNamespace('true'), { encoding: 'utf8' });
  if (tried.status === 0 || process.env['CI'] === 'true') return undefined;
  return `no network of IPv6 can be made here (${tried.error?.message ?? tried.stderr.trim()})`;
}

const reason = whyNot();
if (reason !== undefined) console.log(`  skipped: ${reason}`);

it.skipIf(reason !== undefined)(
  'calls are decided, sessions found at any replica, and the server is on loopback only',
  async () => {
    const printed = await run('unshare', inNamespace('exec "$0" "$@"', process.execPath, PROGRAM, ...PODS));
    const line = printed.split('\n').find((one) => one.startsWith('{')) ?? expect.fail(printed);
    expect(JSON.parse(line)).toMatchObject({
      allowed: { status: 200, message: { id: 7, result: { content: [{ text: 'echo {}' }] } } },
      forbidden: { status: 200, message: { id: 7, result: { isError: true } } },
      passedOn: { status: 200, message: { id: 7, result: { content: [{ text: 'echo {}' }] } } },
      loopbackOnly: true,
      executed: [['echo', 'echo'], []],
    });
  },
  90_000,
);
