import { describe, expect, test } from 'vitest';
import { JsonView } from '../../../core/mcp/json-view.ts';
import type { MessageId } from '../../../core/mcp/message.ts';
import { type OpenRequest, OpenRequests, keyOf } from './open-requests.ts';

const sink = { onHead() {}, onData: () => true, onEnd() {}, onError() {} };
type Fields = Partial<Omit<OpenRequest, 'place' | 'answering'>>;

function open(...requests: Fields[]): OpenRequests {
  const all = new OpenRequests();
  for (const fields of requests)
    all.add({ sink, id: 1, method: 'tools/call', progressToken: undefined, takesMore: true, ...fields });
  return all;
}
const params = (text: string): JsonView | undefined => JsonView.of(Buffer.from(text));

test('1 and "1" are two ids', () => {
  const all = open({ id: 1 }, { id: '1' });
  expect(all.size).toBe(2);
  expect(all.takeAnswered('1')?.id).toBe('1');
  expect(all.takeAnswered(1)?.id).toBe(1);
});

describe('an answer', () => {
  const cases: Record<string, [open: MessageId[], id: unknown, meant: MessageId | undefined]> = {
    'is for the call of its id': [[1, 2], 2, 2],
    'may have the number of its call as text': [[1], '1', 1],
    'may have the text of its call as a number': [['1'], 1, '1'],
    'is not for 0 when it says nothing': [[0], '', undefined],
    'is not for a number that is written otherwise': [[1], '1.0', undefined],
    'is not for a number with blanks': [[1], ' 1', undefined],
    'is not for a number in another base': [[16], '0x10', undefined],
    'is for nobody with an id of no call': [[1], 3, undefined],
    'is for nobody with what is no id': [[1], {}, undefined],
    'is for nobody with a truth for an id': [[1], true, undefined],
    'without an id is for the only call': [[1], null, 1],
    'without any word of an id is for the only call': [[1], undefined, 1],
    'without an id is for nobody where there are two': [[1, 2], null, undefined],
    'is for nobody where nothing is open': [[], 1, undefined],
  };
  for (const [name, [ids, id, meant]] of Object.entries(cases)) {
    test(name, () => expect(open(...ids.map((one) => ({ id: one }))).takeAnswered(id)?.id).toBe(meant));
  }

  test('is for a call once', () => {
    const all = open({ id: 1 });
    all.takeAnswered(1);
    expect([all.takeAnswered(1), all.size]).toEqual([undefined, 0]);
  });

  test('without an id may be about what is no call, until something behind that is answered', () => {
    const all = open({ id: 1 });
    all.sentOther();
    expect(all.takeAnswered(null)).toBeUndefined();
    all.add({ sink, id: 2, method: 'a', progressToken: undefined, takesMore: true });
    expect(all.takeAnswered(2)?.id).toBe(2);
    expect(all.takeAnswered(null)?.id).toBe(1);
  });
});

test('a call is taken back by exactly its id', () => {
  const all = open({ id: 1 });
  expect([all.take('1'), all.take(null), all.take({}), all.take(2)]).toEqual(Array.from({ length: 4 }));
  expect(all.take(1)?.id).toBe(1);
  expect(all.has(1)).toBe(false);
});

test('progress is of the call that has its token, number and text apart', () => {
  const all = open({ id: 1, progressToken: 7 }, { id: 2, progressToken: '7' }, { id: 3 });
  expect(all.reportedBy(params('{"progressToken":7}'))?.id).toBe(1);
  expect(all.reportedBy(params('{"progressToken":"7"}'))?.id).toBe(2);
  expect(all.reportedBy(params('{}'))).toBeUndefined();
  expect(all.reportedBy(params('{"progressToken":null}'))).toBeUndefined();
  expect(all.reportedBy(undefined)).toBeUndefined();
});

describe('a subscription', () => {
  const both = () => open({ id: 1, method: 'subscriptions/listen' }, { id: 2 });
  const of = (id: string) => params(`{"_meta":{"io.modelcontextprotocol/subscriptionId":${id}}}`);
  test('is named by what belongs to it', () => {
    expect(both().subscribedBy(of('1'))?.id).toBe(1);
    expect([both().subscribedBy(of('2')), both().subscribedBy(of('"1"')), both().subscribedBy(params('{}'))]).toEqual(
      Array.from({ length: 3 }),
    );
  });
  test('is ended by its id, and no call is', () => {
    const all = both();
    expect(all.takeSubscription(2)).toBeUndefined();
    expect(all.takeSubscription(1)?.id).toBe(1);
    expect(all.size).toBe(1);
  });
});

describe('who hears what is said to nobody in particular', () => {
  test('is the newest call whose client reads', () => {
    const all = open({ id: 1 }, { id: 2 }, { id: 3, takesMore: false }, { id: 4, method: 'subscriptions/listen' });
    expect(all.latestReader()?.id).toBe(2);
  });
  test('may be nobody', () => expect(open({ takesMore: false }).latestReader()).toBeUndefined());
});

test('all are taken at the end', () => {
  const all = open({ id: 1 }, { id: 2 });
  expect(all.takeAll().map(({ id }) => keyOf(id))).toEqual(['1', '2']);
  expect(all.size).toBe(0);
});
