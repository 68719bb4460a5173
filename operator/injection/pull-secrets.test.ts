import { expect, test } from 'vitest';
import type { RawPod } from './pod.ts';
import { addSecrets, removeSecrets, secretsToAdd } from './pull-secrets.ts';

const pod = (...names: string[]): RawPod => ({
  spec: { containers: [], ...(names.length === 0 ? {} : { imagePullSecrets: names.map((name) => ({ name })) }) },
});

test.each([
  ['a pod without any', pod(), ['gates'], ['gates'], pod('gates')],
  ['a pod with its own', pod('own'), ['gates'], ['gates'], pod('own', 'gates')],
  ['a pod that has it', pod('gates'), ['gates', 'more'], ['more'], pod('gates', 'more')],
  ['a pod, where none is needed', pod('own'), [], [], pod('own')],
  ['a pod with nonsense', { spec: { containers: [], imagePullSecrets: 1 } }, ['gates'], ['gates'], pod('gates')],
])('%s', (_, before, wanted, added, after) => {
  const names = secretsToAdd(before, wanted);
  expect(names).toEqual(added);
  const changed = structuredClone(before);
  addSecrets(changed, names);
  expect(changed).toEqual(after);
});

test('what was added is taken out, and nothing else', () => {
  const both = pod('own', 'gates');
  removeSecrets(both, ['gates']);
  expect(both).toEqual(pod('own'));
  const ours = pod('gates');
  removeSecrets(ours, ['gates']);
  expect(ours).toEqual(pod());
  removeSecrets(ours, []);
  expect(ours).toEqual(pod());
});
