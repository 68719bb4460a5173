import { expect, it } from 'vitest';
import { secretNameSchema } from '../api/common.ts';
import { isTokenOfPod, tokenOfPod } from './token-of-pod.ts';

it('a token of the pod lies where no Secret can, and each audience has its own', () => {
  const one = tokenOfPod('https://login.example.com');
  expect([isTokenOfPod(one), isTokenOfPod({ secret: 'ledger-idp' })]).toEqual([true, false]);
  expect(secretNameSchema.safeParse(one.secret).success).toBe(false);
  expect(one.key).toMatch(/^[0-9a-f]{32}$/);
  expect(tokenOfPod('https://login.example.com/')).not.toEqual(one);
});
