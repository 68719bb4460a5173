import { expect, it } from 'vitest';
import { ApiError } from './api-error.ts';
import { despiteConflicts } from './despite-conflicts.ts';
import { RESOURCES } from './kubernetes-resources.ts';

const conflict = new ApiError({ verb: 'patch', resource: RESOURCES.Secret, ref: { name: 'a' } }, 409, {});

it('begins anew after a conflict, and stops at the fifth', async () => {
  let tries = 0;
  const after = (conflicts: number) => () => {
    tries += 1;
    return tries > conflicts ? Promise.resolve('agreed') : Promise.reject(conflict);
  };
  await expect(despiteConflicts(after(4))).resolves.toBe('agreed');
  expect(tries).toBe(5);
  tries = 0;
  await expect(despiteConflicts(after(5))).rejects.toBe(conflict);
  expect(tries).toBe(5);
});

it('passes on any other error at once', async () => {
  let tries = 0;
  const failing = () => {
    tries += 1;
    return Promise.reject(new Error('away'));
  };
  await expect(despiteConflicts(failing)).rejects.toThrow('away');
  expect(tries).toBe(1);
});
