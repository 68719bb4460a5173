/** Messages as text, nearly all of them nearly right: what is wrong everywhere is refused at the first look by everybody. */
import type { McpHeaders } from '../../../core/mcp/classify.ts';
import { type JsonInput, inputOf } from '../input.ts';
import type { Random } from '../random.ts';
import { type Values, escapeAt, respell } from './json-values.ts';

const MODERN = '2026-07-28';
const VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', MODERN, '2026-07-29', '2099-01-01', '1', ''];
const IDS = [
  ...[
    '1',
    '"a"',
    '0',
    '-1',
    '"1"',
    'null',
    '1.0',
    '1.5',
    '1e0',
    '-0',
    '9007199254740992',
    '1e400',
    'true',
    '{}',
    '[]',
    '""',
  ],
  ...['9223372036854775807', `"${'x'.repeat(257)}"`, '"\\u0031"'],
];
const TOOLS = ['echo', 'danger', 'typed', 'transfer', 'read_file', 'unknown', '', '*', 'ECHO'];
const REQUESTS = [
  ...[
    'tools/call',
    'tools/call',
    'tools/call',
    'tools/call',
    'tools/call',
    'tools/call',
    'prompts/get',
    'resources/read',
  ],
  ...[
    'completion/complete',
    'tools/list',
    'resources/list',
    'prompts/list',
    'resources/subscribe',
    'resources/unsubscribe',
  ],
  ...['resources/templates/list', 'logging/setLevel', 'ping', 'initialize', 'server/discover', 'subscriptions/listen'],
  ...['tasks/get', 'vendor/x', 'Tools/Call', 'tools/call ', 'tools\\/call', 'notifications/cancelled'],
];
const NOTIFICATIONS = [
  ...[
    'notifications/initialized',
    'notifications/cancelled',
    'notifications/progress',
    'notifications/roots/list_changed',
  ],
  ...['tools/call', 'resources/read', 'notifications/vendor'],
];
const URIS = ['file:///data/report.txt', 'file:///secret/key.pem', 'FILE:///data/../secret', '', 'x'];
const LEVELS = ['debug', 'info', 'Error', ''];
const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';

/** A member of an object: the key without quotes, the value as JSON. */
type Member = [key: string, value: string];

/** How often something is wrong with a part: once in so many. */
const RARE = 25;

export class MessageGenerator {
  readonly #random: Random;
  readonly #values: Values;

  constructor(random: Random, values: Values) {
    this.#random = random;
    this.#values = values;
  }

  next(): JsonInput {
    const random = this.#random;
    if (random.oneIn(40)) return this.#batch();
    const modern = random.oneIn(3);
    const { text, method, name } = this.#message(modern);
    return inputOf(this.#around(text), this.#headers(modern, method, name));
  }

  #batch(): JsonInput {
    const random = this.#random;
    const size = random.below(4);
    const texts = Array.from({ length: size }, () => (random.oneIn(12) ? '[]' : this.#message(random.oneIn(8)).text));
    return inputOf(this.#around(`[${texts.join(',')}]`), { protocolVersion: random.pick([undefined, ...VERSIONS]) });
  }

  #message(modern: boolean): { text: string; method: string; name: string | undefined } {
    const random = this.#random;
    if (random.oneIn(30)) return { text: this.#response(), method: '', name: undefined };
    const isRequest = !random.oneIn(12);
    const method = random.pick(isRequest ? REQUESTS : NOTIFICATIONS);
    const params = this.#params(method, modern);
    const members: Member[] = [
      ['jsonrpc', random.oneIn(RARE * 2) ? random.pick(['"1.0"', '2', '"2.0 "', '"\\u0032.0"']) : '"2.0"'],
      ['method', random.oneIn(RARE) ? this.#string(method) : JSON.stringify(method)],
    ];
    if (isRequest) members.splice(1, 0, ['id', random.oneIn(4) ? random.pick(IDS) : '1']);
    if (!random.oneIn(RARE)) members.push(['params', random.oneIn(RARE * 2) ? this.#any() : this.#object(params)]);
    if (random.oneIn(RARE)) members.push(['result', random.pick(['{}', 'null'])]);
    if (random.oneIn(RARE)) members.push(['error', random.pick(['{}', 'null', '{"code":1,"message":""}'])]);
    const name = params.find(([key]) => key === 'name' || key === 'uri')?.[1];
    return { text: this.#object(members), method, name: name === undefined ? undefined : unquoted(name) };
  }

  #response(): string {
    const result: Member = this.#random.oneIn(2)
      ? ['result', this.#any()]
      : ['error', '{"code":-32000,"message":"no"}'];
    return this.#object([['jsonrpc', '"2.0"'], ['id', this.#random.pick(IDS)], result]);
  }

  #params(method: string, modern: boolean): Member[] {
    const random = this.#random;
    const params = this.#ownParams(method.toLowerCase().trim());
    if (modern || random.oneIn(6)) params.push(['_meta', this.#meta(modern)]);
    if (random.oneIn(RARE))
      params.push([random.pick(['cursor', 'task', 'extra', 'requestState', '__proto__']), this.#any()]);
    return params;
  }

  #ownParams(method: string): Member[] {
    const random = this.#random;
    const name = (names: readonly string[]): string =>
      random.oneIn(15) ? this.#string(random.pick(names)) : JSON.stringify(random.pick(names));
    switch (method) {
      case 'tools/call':
        return [
          ['name', name(TOOLS)],
          ...(random.oneIn(10) ? [] : [['arguments', this.#arguments()] satisfies Member]),
        ];
      case 'prompts/get':
        return [
          ['name', name(['greet', 'leak'])],
          ...(random.oneIn(2) ? [] : [['arguments', this.#arguments()] satisfies Member]),
        ];
      case 'resources/read':
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return [['uri', name(URIS)]];
      case 'completion/complete':
        return [
          [
            'ref',
            random.oneIn(2)
              ? this.#object([
                  ['type', '"ref/prompt"'],
                  ['name', name(['greet', 'leak'])],
                  ...(random.oneIn(4) ? [['uri', name(URIS)] as [string, string]] : []),
                ])
              : this.#object([
                  ['type', '"ref/resource"'],
                  ['uri', name(URIS)],
                ]),
          ],
          [
            'argument',
            this.#object([
              ['name', '"a"'],
              ['value', random.pick(this.#values.strings)],
            ]),
          ],
        ];
      case 'logging/setlevel':
        return [['level', name(LEVELS)]];
      case 'initialize':
        return [
          ['protocolVersion', JSON.stringify(random.pick(VERSIONS))],
          ['capabilities', '{}'],
          ['clientInfo', '{"name":"a","version":"1"}'],
        ];
      case 'subscriptions/listen':
        return [
          [
            'notifications',
            this.#object([
              ['toolsListChanged', 'true'],
              ['resourceSubscriptions', `[${name(URIS)}]`],
            ]),
          ],
        ];
      case 'notifications/cancelled':
        return [['requestId', random.pick(IDS)]];
      case 'notifications/progress':
        return [
          ['progressToken', random.pick(IDS)],
          ['progress', '1'],
        ];
      default:
        return [];
    }
  }

  #arguments(): string {
    return this.#random.oneIn(RARE) ? this.#any() : this.#random.pick(this.#values.objects);
  }

  #meta(modern: boolean): string {
    const random = this.#random;
    const members: Member[] = [];
    if (modern !== random.oneIn(RARE)) {
      members.push([
        VERSION_KEY,
        random.oneIn(10)
          ? random.pick([...VERSIONS.map((version) => JSON.stringify(version)), 'null', '1', '{}', '[]'])
          : `"${MODERN}"`,
      ]);
      if (!random.oneIn(RARE)) members.push([CAPABILITIES_KEY, random.oneIn(RARE) ? this.#any() : '{}']);
    }
    if (random.oneIn(4)) members.push(['progressToken', random.pick(IDS)]);
    if (random.oneIn(10))
      members.push([random.pick(['traceparent', 'sallyport.dev/approval', '__proto__', 'x']), this.#any()]);
    return this.#object(members);
  }

  /** The members in some order; now and then one of them twice, in another case, or with an escape in its key. */
  #object(members: readonly Member[]): string {
    const random = this.#random;
    const written: Member[] = members.map(([key, value]) => [this.#key(key), value]);
    const again = members.length > 0 && random.oneIn(RARE) ? random.pick(members) : undefined;
    if (again !== undefined)
      written.push([
        this.#key(random.oneIn(2) ? respell(again[0], random.below(20), random.below(3)) : again[0]),
        random.oneIn(2) ? again[1] : this.#any(),
      ]);
    const ordered = random.oneIn(3) ? random.shuffle(written) : written;
    return `{${ordered.map(([key, value]) => `${key}:${value}`).join(random.oneIn(RARE) ? ' ,\n' : ',')}}`;
  }

  #key(key: string): string {
    const random = this.#random;
    if (!random.oneIn(RARE)) return JSON.stringify(key);
    return random.oneIn(2)
      ? escapeAt(key, random.below(20))
      : JSON.stringify(respell(key, random.below(20), random.below(3)));
  }

  #string(text: string): string {
    const random = this.#random;
    switch (random.below(4)) {
      case 0:
        return escapeAt(text, random.below(30));
      case 1:
        return JSON.stringify(respell(text, random.below(30), random.below(3)));
      case 2:
        return random.pick(this.#values.strings);
      default:
        return this.#any();
    }
  }

  #any(): string {
    return this.#random.pick(this.#values.any);
  }

  #around(text: string): string {
    const random = this.#random;
    if (!random.oneIn(RARE)) return text;
    return random.pick([
      `\uFEFF${text}`,
      `${text}\n`,
      ` ${text}`,
      `${text}\0`,
      `${text}${text}`,
      `\u00A0${text}`,
      `${text}//`,
      `)]}'${text}`,
      `[${text}]`,
    ]);
  }

  #headers(modern: boolean, method: string, name: string | undefined): Partial<McpHeaders> {
    const random = this.#random;
    const version = random.oneIn(RARE)
      ? random.pick(VERSIONS)
      : modern
        ? MODERN
        : random.pick([undefined, '2025-11-25', '2025-06-18', '2025-03-26']);
    if (!modern && !random.oneIn(RARE)) return { protocolVersion: version };
    return {
      protocolVersion: version,
      method: random.oneIn(RARE) ? random.pick([undefined, ...REQUESTS]) : method,
      name: name === undefined || random.oneIn(RARE) ? random.pick([undefined, ...TOOLS]) : headerValue(name, random),
    };
  }
}

/** The value of a JSON string, or the text itself where it is none. */
function unquoted(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : json;
  } catch {
    return json;
  }
}

/** As it can stand in a header (MCP 2026-07-28, Header Value Encoding). */
function headerValue(text: string, random: Random): string {
  if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !random.oneIn(RARE)) return text;
  const encoded = Buffer.from(text).toString('base64');
  return `=?base64?${random.oneIn(RARE) ? encoded.replace(/=+$/, '') : encoded}?=`;
}
