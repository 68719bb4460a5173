import { describe, expect, it } from 'vitest';
import { PodHandles } from '../../memory/pod-handles.ts';
import { openTasks } from './task-handles.ts';

const RELATED = 'io.modelcontextprotocol/related-task';
const at = (address: string): PodHandles => {
  const handles = new PodHandles('finance/ledger');
  handles.adopt(Buffer.alloc(32, 1), []);
  handles.listensAt({ address, port: 8486 });
  return handles;
};
const [here, there, elsewhere] = [at('10.0.0.1'), at('10.0.0.2'), at('10.0.0.3')];
const THERE = { address: '10.0.0.2', port: 8486 };
const T = here.seal('t"ä', 'task');
const OTHERS = there.seal('t"ä', 'task');

const open = (message: object): { said: unknown; owner: unknown } | undefined => {
  const opened = openTasks(Buffer.from(JSON.stringify(message)), here);
  return opened && { said: JSON.parse(opened.body.toString()), owner: opened.owner };
};
const related = (taskId: string): object => ({ _meta: { [RELATED]: { taskId } } });

it('what another gate has keeps its name: here that id may be another task', () => {
  const message = { method: 'tasks/get', params: { taskId: OTHERS } };
  expect(open(message)).toEqual({ said: message, owner: THERE });
});

describe('a name is the server’s own to what follows', () => {
  it.each([
    ['tasks/get', { taskId: T }, { taskId: 't"ä' }],
    ['tasks/update', { taskId: T, inputResponses: { taskId: T } }, { taskId: 't"ä', inputResponses: { taskId: T } }],
    ['notifications/tasks/status', { taskId: T }, { taskId: 't"ä' }],
    ['tools/call', { name: 'a', ...related(T) }, { name: 'a', ...related('t"ä') }],
    [
      'subscriptions/listen',
      { notifications: { taskIds: [T, here.seal('u', 'task')] } },
      { notifications: { taskIds: ['t"ä', 'u'] } },
    ],
  ])('%s', (method, params, own) => {
    expect(open({ method, params })).toEqual({ said: { method, params: own }, owner: undefined });
  });

  it('also in what answers the server', () => {
    const result = related(T);
    expect(open({ id: 1, result })).toEqual({ said: { id: 1, result: related('t"ä') }, owner: undefined });
  });
});

it.each([
  ['this gate', [here.seal('a', 'task')], ['a']],
  ['more than one', [OTHERS, elsewhere.seal('b', 'task'), 'c'], [OTHERS, elsewhere.seal('b', 'task'), 'c']],
  ['this one and another', [OTHERS, here.seal('b', 'task')], [OTHERS, 'b']],
  ['nobody known', [T.replace('sps1.', 'sps1.A')], ['t"ä']],
  ['no task', [there.seal('session')], ['session']],
])('of %s: it is passed on to nobody', (_whose, taskIds, own) => {
  const method = 'subscriptions/listen';
  expect(open({ method, params: { notifications: { taskIds } } })).toEqual({
    said: { method, params: { notifications: { taskIds: own } } },
    owner: undefined,
  });
});

it.each<[string, object]>([
  ['an argument', { method: 'tools/call', params: { name: 'a', arguments: { taskId: T }, taskId: T } }],
  ['a list', [{ method: 'tasks/get', params: { taskId: T } }]],
  ['a message without params', { method: 'tasks/get', x: T }],
  ['no string', { method: 'tasks/get', params: { taskId: [T] } }],
  ['another spelling', { method: 'tasks/get', params: { taskId: 'own', x: T } }],
])('%s stays as it is', (_what, message) => {
  expect(open(message)).toBeUndefined();
});

it.each([
  `{"method":"tasks/get","params":{"taskId":"${T}`,
  `{"method":"subscriptions/listen","params":{"notifications":{"taskIds":["sps1.\n.x"]}}}`,
])('what is no message is left to whoever reads it: %j', (body) => {
  expect(openTasks(Buffer.from(body), here)).toBeUndefined();
});
