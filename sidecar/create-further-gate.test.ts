import { expect, it } from 'vitest';
import { ada } from '../core/policy/testing/gen.ts';
import { cleanupAfterEach } from '../test/support/cleanup.ts';
import { startGate } from '../test/support/gate.ts';
import { createFurtherGate } from './create-further-gate.ts';
import type { Upstream } from './upstream/upstream.ts';

const { use } = cleanupAfterEach();
const upstream: Upstream = {
  url: undefined,
  endpointIn: () => undefined,
  close: async () => {},
  send: () => ({ resume() {}, abort() {} }),
};

async function ports() {
  const { gate } = await use(startGate({ upstream: () => upstream }));
  const parts = { server: 'finance/ledger', upstream, replicas: undefined };
  return [gate, createFurtherGate(gate, { name: 'admin', ...parts })] as const;
}

it('a call that waits as a task is one of its port, whatever another server calls its own', async () => {
  const [first, further] = await ports();
  const task = first.heldTasks.begin(ada, Date.now() + 60_000, 'waits');
  task.continuesAs('1');
  expect(first.heldTasks.nameOf('1', ada)).toBe(task.id);
  expect(further.heldTasks.nameOf('1', ada)).toBeUndefined();
  expect(further.heldTasks.find(task.id, ada)).toBeUndefined();
  further.tasks.begun('1', ada, undefined);
  expect(first.tasks.isOf('1', ada)).toBe(false);
});

it('what is sealed at one opens at none of the others', async () => {
  const [first, further] = await ports();
  for (const kind of ['server', 'held call'] as const) {
    const sealed = first.seal.seal('state', ada, 'finance/ledger', kind);
    expect(first.seal.open(sealed, ada, 'finance/ledger', kind)).toBe('state');
    expect(further.seal.open(sealed, ada, 'finance/ledger', kind)).toBeUndefined();
  }
});

it('what becomes of the process becomes of all', async () => {
  const [first, further] = await ports();
  further.failed = 'a bug';
  first.draining = true;
  expect([first.failed, further.draining]).toEqual(['a bug', true]);
});
