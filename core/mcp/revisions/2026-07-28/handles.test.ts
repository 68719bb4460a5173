import { describe, expect, test } from 'vitest';
import { JsonView } from '../../json-view.ts';
import { NO_OFFERS, NO_REFERENCES } from '../../revision.ts';
import { readOffers, readReferences } from './handles.ts';

const TASKS = 'io.modelcontextprotocol/tasks';
const declared = { _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions: { [TASKS]: {} } } } };

describe('the kinds of what a client answers', () => {
  const cases: Record<string, [answers: unknown, kinds: string[]]> = {
    'roots by their list': [{ a: { roots: [] } }, ['roots']],
    'sampling by its role': [{ a: { role: 'assistant' } }, ['sampling']],
    'sampling by its model': [{ a: { model: 'm' } }, ['sampling']],
    'sampling by content alone': [{ a: { content: {} } }, ['sampling']],
    'elicitation by its action and content': [{ a: { action: 'accept', content: {} } }, ['elicitation']],
    'nothing of an action without content': [{ a: { action: 'accept' } }, []],
    'nothing of what is no object': [{ a: 'yes', b: null, c: [] }, []],
    'all that it may be, of a shape that nobody knows': [{ a: { other: 1 } }, ['elicitation', 'sampling', 'roots']],
    'several of one answer': [{ a: { roots: [], role: 'x' } }, ['roots', 'sampling']],
    'each kind once': [{ a: { roots: [] }, b: { roots: [] }, c: { model: 'm' } }, ['roots', 'sampling']],
    'none of an empty object': [{}, []],
  };
  for (const [name, [inputResponses, answers]] of Object.entries(cases)) {
    test(name, () => expect(readReferences('tools/call', { inputResponses })).toMatchObject({ answers }));
  }
});

describe('what goes back to a server', () => {
  test('is nothing in most calls', () => {
    expect(readReferences('tools/call', { name: 'x', arguments: { requestState: 's' } })).toBe(NO_REFERENCES);
  });

  test('is its state, be it empty', () => {
    expect(readReferences('tools/call', { requestState: '' })).toMatchObject({ requestState: '' });
  });

  test('is a task, of a client that has declared the extension', () => {
    expect(readReferences('tasks/get', { taskId: 't1', ...declared })).toEqual({
      requestState: undefined,
      answers: [],
      taskIds: ['t1'],
      lacks: undefined,
    });
  });

  test('is a task that lacks the declaration', () => {
    expect(readReferences('tasks/cancel', { taskId: 't1' })).toMatchObject({
      taskIds: ['t1'],
      lacks: { extensions: { [TASKS]: {} } },
    });
  });

  test('is no task of a method that has none', () => {
    expect(readReferences('tools/call', { taskId: 't1', requestState: 's' })).toMatchObject({ taskIds: [] });
  });

  test('is every task that a subscription listens to', () => {
    const notifications = { taskIds: ['a', 'b'] };
    expect(readReferences('subscriptions/listen', { notifications })).toMatchObject({ taskIds: ['a', 'b'] });
    expect(readReferences('subscriptions/listen', {})).toMatchObject({ taskIds: [] });
  });
});

describe('what cannot be read is said', () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, {}]));
  const cases: Record<string, [method: string, params: Record<string, unknown>, problem: string]> = {
    'a state that is no text': ['tools/call', { requestState: 7 }, '"requestState" must be a string'],
    'answers that are a list': ['tools/call', { inputResponses: [] }, '"inputResponses" must be an object'],
    'answers beyond a hundred': [
      'tools/call',
      { inputResponses: many },
      '"inputResponses" may have at most 100 members',
    ],
    'a task without an id': ['tasks/get', declared, '"taskId" must be a string of at most 1024 characters'],
    'a task whose id is too long': [
      'tasks/get',
      { taskId: 'x'.repeat(1025), ...declared },
      '"taskId" must be a string of at most 1024 characters',
    ],
    'tasks to listen to that are no list': [
      'subscriptions/listen',
      { notifications: { taskIds: 'a' } },
      '"notifications.taskIds" must be a list of at most 1000 task ids',
    ],
    'one of the tasks to listen to': [
      'subscriptions/listen',
      { notifications: { taskIds: ['a', 7] } },
      '"notifications.taskIds" must be a list of at most 1000 task ids',
    ],
    'too many of them': [
      'subscriptions/listen',
      { notifications: { taskIds: Array.from({ length: 1001 }, () => 'a') } },
      '"notifications.taskIds" must be a list of at most 1000 task ids',
    ],
  };
  for (const [name, [method, params, problem]] of Object.entries(cases)) {
    test(name, () => expect(readReferences(method, params)).toBe(problem));
  }
});

describe('what a result gives out', () => {
  const offers = (text: string): unknown => {
    const bytes = Buffer.from(text);
    const found = readOffers(JsonView.of(bytes) ?? expect.fail(text));
    const textOf = (span: { start: number; end: number } | undefined): string | undefined =>
      span === undefined ? undefined : bytes.toString('utf8', span.start, span.end);
    return found === NO_OFFERS
      ? NO_OFFERS
      : { requests: textOf(found.inputRequests), state: textOf(found.requestState), task: found.taskId };
  };

  test('is nothing in most results', () => {
    expect(offers('{"resultType":"complete","content":[]}')).toBe(NO_OFFERS);
    expect(offers('{"taskId":"t"}')).toBe(NO_OFFERS);
  });
  test('is a task', () => {
    expect(offers('{"resultType":"task","taskId":"t"}')).toEqual({ requests: undefined, state: undefined, task: 't' });
  });
  test('is requests and a state, in a result of whatever kind', () => {
    expect(offers('{"resultType":"complete","requestState":"s","inputRequests":{"a":1}}')).toEqual({
      requests: '{"a":1}',
      state: '"s"',
      task: undefined,
    });
  });
  test('is a task without a name when its id is no text', () => {
    expect(offers('{"resultType":"task","taskId":7}')).toEqual({
      requests: undefined,
      state: undefined,
      task: undefined,
    });
  });
});
