/** What is not seen from outside; how a connection deals with real stores is in shared-history.test.ts. */
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../../../test/support/eventually.ts';
import { SYSTEM_CLOCK } from '../../../clock.ts';
import { type Password, StoreConnection } from './connection.ts';
import type { Link, LinkOptions } from './store-link.ts';

const to = { host: 'store', port: 1, tls: false, ca: null, database: 0, username: null };

interface Given {
  readonly open?: (options: LinkOptions) => Promise<Link>;
  readonly password?: () => Password;
  readonly onOpen?: () => Promise<void>;
}

function connect({ open, password = () => undefined, onOpen = async () => {} }: Given) {
  const states: (string | undefined)[] = [];
  const connection = new StoreConnection({
    ...{ to, password, clock: SYSTEM_CLOCK, answerMs: 50, random: () => 0 },
    events: { onState: (problem) => states.push(problem), onOpen },
    openLink: open ?? (async () => ({ run: async () => 'answer', close() {} })),
  });
  onTestFinished(() => connection.close());
  return { connection, states };
}

it('asks nobody before what is owed is told', async () => {
  const told = Promise.withResolvers<void>();
  const { connection, states } = connect({ onOpen: () => told.promise });
  await eventually('it has a connection', () => true);
  expect(connection.isUp).toBe(false);
  await expect(connection.run([], [])).rejects.toMatchObject({ reason: 'away' });
  told.resolve();
  await eventually('it is up', () => connection.isUp);
  expect(states).toEqual([undefined]);
  expect(await connection.run([], [])).toBe('answer');
});

it('has no connection while there is no password, and says so', async () => {
  let read: Password = { problem: 'is not there' };
  const { connection, states } = connect({ password: () => read });
  expect(states).toEqual(['store:1: the password is not there']);
  read = { text: 'word' };
  await eventually('it is up', () => connection.isUp);
});

it('lets no more than so many wait', async () => {
  const { connection } = connect({ open: async () => ({ run: () => new Promise(() => {}), close() {} }) });
  await eventually('it is up', () => connection.isUp);
  const all = await Promise.allSettled(Array.from({ length: 4_100 }, () => connection.run([], [])));
  const reasons = all.map((one) => (one.status === 'rejected' ? (one.reason as { reason: string }).reason : ''));
  expect(reasons.filter((reason) => reason === 'busy')).toHaveLength(4);
  expect(new Set(reasons)).toEqual(new Set(['busy', 'late']));
});

it('closes what is opened after its end', async () => {
  const opened = Promise.withResolvers<Link>();
  const { connection } = connect({ open: () => opened.promise });
  connection.close();
  let isClosed = false;
  opened.resolve({
    run: async () => 'answer',
    close() {
      isClosed = true;
    },
  });
  await eventually('it is closed', () => isClosed);
  expect(connection.isUp).toBe(false);
});

it('tries again with growing pauses, and says what is wrong once', async () => {
  const at: number[] = [];
  const { states } = connect({
    open: () => {
      at.push(performance.now());
      return Promise.reject(new Error('gone\u001b[2J'));
    },
  });
  await eventually('it has tried four times', () => at.length >= 4);
  const pauses = at.slice(1).map((one, i) => one - (at[i] ?? 0));
  expect(pauses[0]).toBeGreaterThan(70);
  expect(pauses[2]).toBeGreaterThan(300);
  expect(states).toEqual(['store:1: gone [2J']);
});
