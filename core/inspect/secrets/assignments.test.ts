import { describe, expect, it } from 'vitest';
import { assignmentAt } from './assignments.ts';
import { randomOf, sample } from './testing/sample.ts';

const value = sample('[a-z0-9]{32}', randomOf(5));
const at = (text: string, word = /key|token|auth|passw/i): string | undefined => {
  const assignment = assignmentAt(text, text.search(word));
  return assignment === undefined ? undefined : text.slice(assignment.at, assignment.at + value.length);
};

describe('a value is assigned', () => {
  it.each([
    `key = ${value}`,
    `"token":"${value}"`,
    `{\\"token\\":\\"${value}\\"}`,
    `tokenOf: '${value}'`,
    `Authorization: Token ${value}`,
    `?key=${value}&a=1`,
    `set("key", "${value}")`,
    `env["key"] = "${value}"`,
    `the api key is ${value}`,
    `<add id="API_KEY" value="${value}"/>`,
    `{"name": "API_KEY", "value": "${value}"}`,
    `- name: API_KEY\n  value: ${value}`,
    `variable "api_key" {\n  default = "${value}"\n}`,
    `| api_key | ${value} |`,
    `set \`API_KEY\` to \`${value}\``,
    `./deploy --api-key ${value}`,
    `ENV API_KEY ${value}`,
    `setToken("${value}")`,
    `ALTER ROLE a PASSWORD '${value}'`,
  ])('by %s', (text) => {
    expect(at(text)).toBe(value);
  });

  it.each([
    `the token ${value}`,
    `token, ${value}`,
    'the key of all that',
    `GL_APICALL void GL_APIENTRY ${value}`,
    `--key-ids ${value}`,
    `arn:aws:key:${value}`,
  ])('not by %s', (text) => {
    expect(at(text)).toBeUndefined();
  });
});

it('the value of a member is that of the name beside it', () => {
  expect(assignmentAt(`"API_KEY", "value": "x"`, 1)).toMatchObject({ name: 'api_key:', isQuoted: true });
});
