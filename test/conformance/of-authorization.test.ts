/** What is left of a run; a check that failed once must not be among those that passed. */
import { expect, it } from 'vitest';
import { ofAuthorization } from './of-authorization.ts';

it('leaves scenarios of authorization, each check once, with its worst verdict', () => {
  const check = (text: string) => {
    const [id = '', status = ''] = text.split(' ');
    return { id, status, message: undefined };
  };
  const run = {
    ...{ exitCode: 0, output: '', ms: 0 },
    scenarios: new Map([
      [
        'auth/a',
        ['sent INFO', 'token SUCCESS', 'token WARNING', 'token FAILURE', 'token SUCCESS', 'pkce SUCCESS'].map(check),
      ],
      ['auth/b', ['pkce SUCCESS', 'scope WARNING', 'scope SUCCESS', 'scope SKIPPED'].map(check)],
      ['tools_call', ['tool FAILURE'].map(check)],
    ]),
  };
  expect(ofAuthorization(run).scenarios).toEqual(
    new Map([
      ['auth/a', ['token FAILURE', 'pkce SUCCESS'].map(check)],
      ['auth/b', ['pkce SUCCESS', 'scope WARNING'].map(check)],
    ]),
  );
});
