import type { Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { BoundedAnswer } from './bounded-answer.ts';

function controller(): Dispatcher.DispatchController & { readonly aborted: boolean; reason: unknown } {
  const made = {
    aborted: false,
    reason: undefined as unknown,
    abort(reason: Error) {
      made.aborted = true;
      made.reason = reason;
    },
  };
  return made as unknown as Dispatcher.DispatchController & { readonly aborted: boolean; reason: unknown };
}

test('an answer is its status and its body, put together as text', async () => {
  const answer = new BoundedAnswer();
  const control = controller();
  answer.onRequestStart(control);
  answer.onResponseStart(control, 201);
  const body = Buffer.from('{"a":"ü"}');
  answer.onResponseData(control, body.subarray(0, 7));
  answer.onResponseData(control, body.subarray(7));
  answer.onResponseEnd();
  expect(await answer.whole).toEqual({ status: 201, body: '{"a":"ü"}' });
});

test('an answer that grows beyond its bound is given up, and no more of it is kept', async () => {
  const answer = new BoundedAnswer();
  const control = controller();
  answer.onRequestStart(control);
  answer.onResponseData(control, Buffer.alloc(64 * 1024));
  expect(control.aborted).toBe(false);
  answer.onResponseData(control, Buffer.alloc(1));
  expect(control.aborted).toBe(true);
  answer.onResponseEnd();
  await expect(answer.whole).rejects.toThrow('larger than 65536 bytes');
});

test('a request that fails says why', async () => {
  const answer = new BoundedAnswer();
  answer.onResponseError(controller(), new Error('refused'));
  await expect(answer.whole).rejects.toThrow('refused');
});

test('a request that is given up while it waits for a connection is not sent when there is one', async () => {
  const answer = new BoundedAnswer();
  answer.fail(new Error('given up'));
  const control = controller();
  answer.onRequestStart(control);
  expect(control.reason).toMatchObject({ message: 'given up' });
  await expect(answer.whole).rejects.toThrow('given up');
});

test('the first reason counts, whatever comes of giving up', async () => {
  const answer = new BoundedAnswer();
  const control = controller();
  answer.onRequestStart(control);
  answer.fail(new Error('first'));
  answer.fail(new Error('second'));
  answer.onResponseError(control, new Error('aborted'));
  expect(control.reason).toMatchObject({ message: 'first' });
  await expect(answer.whole).rejects.toThrow('first');
});
