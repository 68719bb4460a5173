import { expect, it } from 'vitest';
import { compileState, stateSchema } from './state.ts';

const compiled = (said: object) => compileState({ valkey: { url: '', database: 0, onFailure: 'Local', ...said } });

it.each([
  ['rediss://valkey.data.svc:6380', { host: 'valkey.data.svc', port: 6380, tls: true }],
  ['valkeys://a.example', { host: 'a.example', port: 6379, tls: true }],
  ['valkey://localhost/', { host: 'localhost', port: 6379, tls: false }],
  ['redis://[::1]:7000', { host: '::1', port: 7000, tls: false }],
])('%s says where it is', (url, place) => {
  const { state } = compiled({ url });
  expect(state?.valkey).toMatchObject({ ...place, database: 0, username: null, password: null, ca: null });
  expect(stateSchema.parse(state)).toEqual(state);
});

it('says where the password is, and not what it is', () => {
  const password = (passwordFrom: object) =>
    compiled({ url: 'rediss://a', username: 'gate', passwordFrom }).state?.valkey;
  const [secret, key] = ['keys', 'store'];
  expect(password({ secretName: secret, key })).toMatchObject({ username: 'gate', password: { secret, key } });
  expect(password({ file: '/a' })).toMatchObject({ password: { file: '/a' } });
});

it('is nothing where no store is named', () => {
  expect(compileState(undefined)).toEqual({});
  expect(compileState({})).toEqual({});
});
