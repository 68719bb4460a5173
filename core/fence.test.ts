import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { type AnswerableResponse, answerFailed, fenced } from './fence.ts';

const boom = new Error('boom');

it.each<[name: string, handler: (n: number) => unknown]>([
  [
    'throws',
    () => {
      throw boom;
    },
  ],
  ['rejects later', async () => Promise.reject(boom)],
])('a handler that %s is told of with its arguments, and nothing gets out', async (_name, handler) => {
  const onThrown = vi.fn<(error: unknown, n: number) => void>();
  fenced(handler, onThrown)(7);
  await nextTurn();
  expect(onThrown.mock.calls).toEqual([[boom, 7]]);
});

it('telling may throw as well', async () => {
  const unhandled = vi.fn<() => void>();
  process.on('unhandledRejection', unhandled);
  const tell = (): never => {
    throw boom;
  };
  fenced(tell, tell)();
  fenced(async () => Promise.reject(boom), tell)();
  await nextTurn();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

function responseWith(over: Partial<AnswerableResponse>) {
  const calls: unknown[][] = [];
  const response: AnswerableResponse = {
    headersSent: false,
    writableEnded: false,
    writeHead: (status) => calls.push(['head', status]),
    end: (body) => calls.push(['end', Object.keys(JSON.parse(body) as object)]),
    destroy: () => calls.push(['destroy']),
    ...over,
  };
  return { response, calls };
}

it.each<[name: string, over: Partial<AnswerableResponse>, does: unknown[][]]>([
  [
    'before its head: 500',
    {},
    [
      ['head', 500],
      ['end', ['error']],
    ],
  ],
  ['behind its head: cut', { headersSent: true }, [['destroy']]],
  ['at its end: left', { headersSent: true, writableEnded: true }, []],
])('an answer that fails %s', (_name, over, does) => {
  const { response, calls } = responseWith(over);
  answerFailed(response);
  expect(calls).toEqual(does);
});
