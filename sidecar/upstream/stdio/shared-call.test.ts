import { expect, it } from 'vitest';
import { SharedCall } from './shared-call.ts';

it('an answer that is larger than what is held for a slow client goes to its reply, where it is counted', () => {
  const taken: number[] = [];
  const shared = new SharedCall({
    sink: {
      onHead() {},
      onData: ({ length }) => {
        taken.push(length);
        return false;
      },
      onEnd: () => taken.push(-1),
      onError() {},
    },
    ...{
      id: 1,
      revision: undefined,
      owner: undefined,
      token: undefined,
      listens: false,
      wantsLogs: false,
      onAbort() {},
    },
  });
  const [small, large] = [Buffer.alloc(100), Buffer.alloc(2 * 1024 * 1024)];
  expect([shared.emit(small), shared.emit(large)]).toEqual([true, true]);
  shared.complete();
  expect(taken).toEqual([small.length, large.length, -1]);
});
