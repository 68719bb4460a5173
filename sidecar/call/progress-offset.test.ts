import { describe, expect, it } from 'vitest';
import { ProgressOffset } from './progress-offset.ts';

const notification = (progressToken: unknown, progress: number, total?: number) =>
  JSON.stringify({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken, progress, ...(total === undefined ? {} : { total }) },
  });
const progressIn = (json: string | undefined) => (JSON.parse(json ?? '{}') as { params: object }).params;

describe('ProgressOffset', () => {
  it('grows with each notification of the gate and carries the client’s token', () => {
    const offset = new ProgressOffset('p');
    expect([offset.next('a'), offset.next('b')].map(progressIn)).toEqual([
      { progressToken: 'p', progress: 0, message: 'a' },
      { progressToken: 'p', progress: 1, message: 'b' },
    ]);
  });

  it('moves up what the server reports afterwards, so that values of the token grow', () => {
    const offset = new ProgressOffset('p');
    offset.next('a');
    offset.next('b');
    expect(progressIn(offset.apply(notification('p', 0.5, 10)))).toEqual({
      progressToken: 'p',
      progress: 2.5,
      total: 12,
    });
  });

  it.each([
    ['progress of another token', notification('q', 1)],
    ['a token of another type', notification(1, 1)],
    ['another message', '{"jsonrpc":"2.0","id":1,"result":{}}'],
  ])('leaves %s alone', (_name, json) => {
    const offset = new ProgressOffset('p');
    offset.next('a');
    expect(offset.apply(json)).toBeUndefined();
  });

  it('changes nothing when the gate sent no progress', () => {
    expect(new ProgressOffset('p').apply(notification('p', 1))).toBeUndefined();
  });
});
