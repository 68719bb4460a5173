import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FAILED_EXIT_CODE, type LastFenceEvents, standLastFence } from './last-fence.ts';

function stand(over: Partial<LastFenceEvents> = {}) {
  const did: string[] = [];
  const listeners = new Map<string, (error: unknown) => void>();
  const timers: { run: () => void; ms: number }[] = [];
  standLastFence(
    {
      on: (event, listener) => listeners.set(event, listener),
      exit: (code) => did.push(`exit ${code}`),
    },
    {
      onError: (error) => did.push(`log ${String(error)}`),
      refuseAll: (why) => did.push(`refuse: ${why}`),
      async end() {
        did.push('end');
      },
      ...over,
    },
    (run, ms) => timers.push({ run, ms }),
    5_000,
  );
  const fall = (event: string, error: unknown): void => listeners.get(event)?.(error);
  return { did, timers, fall };
}

it.each(['uncaughtException', 'unhandledRejection'])(
  '%s: logged, everything refused, ended in order',
  async (event) => {
    const { did, fall } = stand();
    fall(event, new TypeError('no such thing'));
    await nextTurn();
    expect(did).toEqual([
      'log TypeError: no such thing',
      'refuse: an error that nothing caught: TypeError: no such thing',
      'end',
      `exit ${FAILED_EXIT_CODE}`,
    ]);
  },
);

it('a second error is logged, and begins nothing anew', async () => {
  const { did, fall } = stand();
  fall('uncaughtException', 'one');
  fall('unhandledRejection', 'two');
  await nextTurn();
  expect(did).toEqual([
    'log one',
    'refuse: an error that nothing caught: one',
    'end',
    'log two',
    `exit ${FAILED_EXIT_CODE}`,
  ]);
});

it('ends in time, though closing hangs', async () => {
  const { did, timers, fall } = stand({ end: async () => new Promise(() => {}) });
  fall('uncaughtException', 'one');
  await nextTurn();
  expect(timers.map(({ ms }) => ms)).toEqual([5_000]);
  expect(did).not.toContain(`exit ${FAILED_EXIT_CODE}`);
  timers[0]?.run();
  expect(did.at(-1)).toBe(`exit ${FAILED_EXIT_CODE}`);
});

it('ends, though refusing, logging and closing throw', async () => {
  const fail = (): never => {
    throw new Error('again');
  };
  const { did, fall } = stand({ onError: fail, refuseAll: fail, end: fail });
  fall('uncaughtException', 'one');
  await nextTurn();
  expect(did).toEqual([`exit ${FAILED_EXIT_CODE}`]);
});
