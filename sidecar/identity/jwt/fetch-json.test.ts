import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestIssuer } from '../../testing/test-issuer.ts';
import { fetchJson } from './fetch-json.ts';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await TestIssuer.start();
});
afterAll(() => issuer.close());

function answers(status: number, body: string): void {
  issuer.answer = (_, response) => {
    response.writeHead(status, { location: `${issuer.url}/keys` }).end(body);
    return true;
  };
}

it('is the object that was answered', async () => {
  answers(200, '{"keys":[]}');
  expect(await fetchJson(issuer.url)).toEqual({ keys: [] });
});

it.each([
  [404, '{}', 'answered with status 404'],
  [302, '{}', 'answered with status 302'],
  [200, 'x', 'answered with something that is not JSON'],
  [200, 'null', 'answered with no JSON object'],
  [200, '[]', 'answered with no JSON object'],
  [200, `"${'x'.repeat(262_144)}"`, 'answered with more than 262144 bytes'],
])('status %s with %.20s is none', async (status, body, why) => {
  answers(status, body);
  await expect(fetchJson(issuer.url)).rejects.toThrow(`${issuer.url} ${why}`);
});

it('nobody there is none', async () => {
  const gone = await TestIssuer.start();
  await gone.close();
  await expect(fetchJson(gone.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
});
