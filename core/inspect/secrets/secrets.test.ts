import { describe, expect, it } from 'vitest';
import { GENERIC, findSecrets } from './secrets.ts';
import { ISSUER_PREFIXES } from './issuer-prefixes.ts';
import { ISSUER_SHAPES } from './issuer-shapes.ts';
import { NAMED_SHAPES } from './named-shapes.ts';
import { TOKEN_SHAPES } from './token-shapes.ts';
import { RULE_COUNT } from './tables.ts';
import { randomOf, sample } from './testing/sample.ts';

const random = randomOf(20_261_130);
const drawn = (pattern: string): string => sample(pattern, random);
const GITHUB = 'ghp_[0-9a-zA-Z]{36}';
const AWS = 'AKIA[A-Z2-7]{16}';
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const rules = (text: string, key?: string): string[] => findSecrets(text, key).map(({ rule }) => rule);
const parts = (text: string, key?: string): string[] =>
  findSecrets(text, key).map(({ start, end }) => text.slice(start, end));
const rowsOf = (table: string): string[][] =>
  table.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')]));

/** What stands around a token where agents meet one. */
const AROUND: readonly ((token: string) => string)[] = [
  (token) => token,
  (token) => `the key is ${token}, keep it`,
  (token) => `{"a":"${token}"}`,
  (token) => `export X=${token}`,
  (token) => `(${token})`,
  (token) => `a\n${token}\nb`,
];
const ASSIGNED: readonly ((name: string, value: string) => string)[] = [
  (name, value) => `${name}Token = "${value}"`,
  (name, value) => `${name.toUpperCase()}_API_KEY=${value}\nB=1`,
  (name, value) => `{"${name}_secret": "${value}"}`,
  (name, value) => `<${name}Token>${value}</${name}Token>`,
  (name, value) => `${name}_token: '${value}'`,
  (name, value) => `set("${name.toUpperCase()}_TOKEN", "${value}")`,
  (name, value) => `  "${name}Token" => "${value}"`,
];

/** Over rules: the share of what is drawn from a rule that is found, in all surroundings. */
function recall(of: readonly (readonly [pattern: string, around: (value: string) => string][])[]): number {
  const shares = of.map(
    (texts) => texts.filter(([pattern, around]) => rules(around(drawn(pattern))).length > 0).length / texts.length,
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

describe('of what is drawn from the rules', () => {
  it('tokens are found wherever they stand', () => {
    const all = rowsOf(TOKEN_SHAPES + ISSUER_SHAPES).map(([, , , , ...pattern]) =>
      Array.from({ length: 12 }, (_, i) => [pattern.join(' '), AROUND[i % AROUND.length] as never] as const),
    );
    expect(recall(all as never)).toBeGreaterThan(0.95);
  });

  it('values are found whatever assigns them', () => {
    const all = rowsOf(NAMED_SHAPES).map(([, , names = '', pattern = '']) =>
      Array.from({ length: 14 }, (_, i) => {
        const assign = ASSIGNED[i % ASSIGNED.length] as (typeof ASSIGNED)[number];
        return [
          pattern.replaceAll('<uuid>', UUID),
          (value: string) => assign(names.split(',')[0] as string, value),
        ] as const;
      }),
    );
    expect(recall(all as never)).toBeGreaterThan(0.95);
  });

  it('tokens of other lengths are found by how they begin', () => {
    const all = rowsOf(ISSUER_PREFIXES).map(([, least = '', prefixes = '']) =>
      prefixes.split(',').map((prefix, i) => {
        const rest = `[a-zA-Z0-9]{${Number(least) + 7}}`;
        return [
          rest,
          (value: string) => (AROUND[i % AROUND.length] as (token: string) => string)(prefix + value),
        ] as const;
      }),
    );
    expect(recall(all as never)).toBeGreaterThan(0.95);
  });

  it('there are hundreds', () => {
    expect(RULE_COUNT).toBeGreaterThan(400);
  });
});

describe('a secret', () => {
  it('is found with the span of its own characters', () => {
    const token = drawn(GITHUB);
    expect(parts(`see https://example.org/?x=${token}&y=1`)).toEqual([token]);
  });

  it('is of the kind that is known, not of that which its name gives it', () => {
    expect(rules(`api_key = "${drawn(AWS)}"`)).toEqual(['aws-access-token']);
  });

  it('is found beside others', () => {
    expect(rules(`${drawn(AWS)} ${drawn(GITHUB)}\ntoken: "${drawn('[a-z0-9]{40}')}"`)).toEqual([
      'aws-access-token',
      'github-pat',
      GENERIC,
    ]);
  });

  it('is the password of a URL, without the rest', () => {
    expect(parts('postgres://ledger:Tr0ub4dor@db.internal:5432/x')).toEqual(['Tr0ub4dor']);
  });

  it('is what a header authorises by', () => {
    const value = drawn('[A-Za-z0-9]{40}');
    expect(parts(`curl -H 'Authorization: Bearer ${value}' https://api.example.org`)).toEqual([value]);
  });

  it('is a member whose key says so', () => {
    const value = drawn('[a-z0-9]{32}');
    expect([parts(value, 'apiKey'), parts(value, 'commit'), parts(value)]).toEqual([[value], [], []]);
    expect(rules(value, 'adafruit_io')).toEqual(['adafruit-api-key']);
    expect([parts('Tr0ub&4dor', 'password'), parts('my first dog', 'password_hint'), parts(value, 'cacheKey')]).toEqual(
      [['Tr0ub&4dor'], [], []],
    );
  });

  it('is a whole private key, with its headers', () => {
    const body = Array.from({ length: 8 }, () => drawn('[A-Za-z0-9+/]{64}')).join('\n');
    const pem = `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${body}\n-----END RSA PRIVATE KEY-----`;
    expect(parts(`key:\n${pem}\n`)).toEqual([pem]);
  });

  it('is all that a Kubernetes Secret holds', () => {
    const [a, b] = [drawn('[A-Za-z0-9]{20}'), drawn('[A-Za-z0-9]{20}')];
    const [found = ''] = parts(`kind: Secret\nmetadata: {name: x}\ndata:\n  a: ${a}\n  b: ${b}\n`);
    expect([found.includes(a), found.includes(b)]).toEqual([true, true]);
  });
});

describe('no secret', () => {
  it.each([
    ['the key of AWS documentation', 'AKIAIOSFODNN7EXAMPLE'],
    ['a placeholder', `token = "ghp_${'x'.repeat(36)}"`],
    ['a variable', 'API_KEY=${SERVICE_API_KEY_2024}'],
    ['a template', 'password: "{{ vault.database_password_1 }}"'],
    ['a UUID', 'token: 3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['a commit', 'key: 9f8e7d6c5b4a39281706f5e4d3c2b1a098765432'],
    ['a digest', '"apiDigest": "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b"'],
    ['a name in a program', 'credentials: OAuth2ClientCredentialsV2'],
    ['words that are joined', 'access_token = get_user_token_from_header_v2'],
    ['a file', 'key_path: certs/2024/server-key-01.pem'],
    ['a cursor', 'next_page_token: aGVsbG8gd29ybGQ2MjM0'],
    ['a word and a number', 'password = "summer2024"'],
    ['a URL with a user of a textbook', 'postgres://user:password@localhost/x'],
    ['something short', 'key=a1'],
    ['a word behind the beginning of a token', 'from_pretrained("hf_internal-testing/tiny-random-gpt2-model")'],
    ['part of the name of a resource', 'arn:aws:secretsmanager:us-west-2:1:secret:MyDemoSecret-1a2b3c'],
    ['the hash of a type of secrets', '"AWS::SecretsManager::Secret": "c85175a4ebcce361"'],
    ['a method as long as a token', 'if (!s.ReadUint16LengthPrefixed(&data))'],
    ['where two words meet', '"SwapInt32": hammerSwapInt32V2x4a'],
    ['what a vendor calls by an identifier', `heroku_app_id: ${drawn(UUID)}`],
  ])('is %s', (_what, text) => {
    expect(rules(text)).toEqual([]);
  });
});

it('a JWT behind what looks like the beginning of others is found', () => {
  const jwt = drawn('eyJ[a-z0-9]{20}') + drawn('\\.eyJ[a-z0-9]{30}') + drawn('\\.[a-zA-Z0-9]{40}');
  for (const before of ['', '-eyJ-', 'aeyJ-', '-eyJ'.repeat(10_000) + '-', 'eyJxxxx-'])
    expect(rules(`${before}${jwt}`)).toEqual(['jwt']);
});
