import { expect, it } from 'vitest';
import type { Principal } from '../../core/policy/principal.ts';
import { TaskTable } from './tasks.ts';

const ada: Principal = { kind: 'token', name: 'ada', groups: [] };

it('a task is of whom it was begun for, and of nobody else', () => {
  const tasks = new TaskTable();
  tasks.begun('t1', ada, 'export');
  expect(tasks.isOf('t1', ada)).toBe(true);
  expect(tasks.isOf('t1', { ...ada, name: 'bob' })).toBe(false);
  expect(tasks.isOf('t2', ada)).toBe(false);
  expect([tasks.toolOf('t1', ada), tasks.toolOf('t1', { ...ada, name: 'bob' })]).toEqual(['export', undefined]);
});

it('whoever begins very many loses its own oldest', () => {
  const tasks = new TaskTable();
  const bob: Principal = { ...ada, name: 'bob' };
  tasks.begun('of bob', bob, undefined);
  for (let i = 0; i <= 10_000; i++) tasks.begun(`t${i}`, ada, undefined);
  expect([tasks.isOf('t0', ada), tasks.isOf('t1', ada), tasks.isOf('of bob', bob)]).toEqual([false, true, true]);
});
