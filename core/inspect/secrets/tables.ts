/** The tables made ready: literals by which one scan finds where a rule may apply, and the rules for each. */
import { ISSUER_PREFIXES } from './issuer-prefixes.ts';
import { ISSUER_SHAPES } from './issuer-shapes.ts';
import { Literals } from './literals.ts';
import { NAMED_SHAPES } from './named-shapes.ts';
import { reachOf } from './reach.ts';
import { TOKEN_SHAPES } from './token-shapes.ts';

export interface TokenRule {
  readonly id: string;
  /** Bits a character. */
  readonly entropy: number;
  /** Characters of the token in front of the literal; undefined: all digits there. */
  readonly before: number | undefined;
  /** Sticky, from the start of the token. */
  readonly pattern: RegExp;
  /** Its group, and not all of it, is the secret. */
  readonly hasGroup: boolean;
  /** Units of the beginning, behind which nothing but a look of randomness tells a token from a word; 0: its shape tells. */
  readonly prefix: number;
  /** Characters that it looks at, at most. */
  readonly reach: number;
  /** It goes on behind blanks. */
  readonly isWide: boolean;
}

export interface NamedRule {
  readonly id: string;
  readonly entropy: number;
  /** What it finds is an identifier that goes with a secret. */
  readonly isId: boolean;
  /** Sticky, from the start of the value. */
  readonly pattern: RegExp;
  readonly reach: number;
}

/** What to try where a literal stands. */
export interface Place {
  readonly tokens: TokenRule[];
  readonly names: NamedRule[];
  /** It is a word for secrets in general, such as `token`. */
  readonly isWord: boolean;
}

/** Behind a token nothing follows that could belong to it; a greedy pattern then has to have taken all of it. */
const TOKEN_END = String.raw`(?!\w)`;
const VALUE_END = String.raw`(?![\w/+=-])`;
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** The words of gitleaks' generic-api-key, without endings that follow, and `pass`. */
const WORDS = ['access', 'auth', 'api', 'cred', 'key', 'pass', 'pwd', 'secret', 'token'] as const;

const entries = new Map<string, Place>();
const of = (literal: string): Place => {
  const key = literal.toLowerCase();
  const known = entries.get(key);
  if (known !== undefined) return known;
  const place: Place = { tokens: [], names: [], isWord: (WORDS as readonly string[]).includes(key) };
  entries.set(key, place);
  return place;
};

for (const [id, entropy, before, literals, ...pattern] of rows(TOKEN_SHAPES + ISSUER_SHAPES)) {
  const rule: TokenRule = {
    id: id as string,
    entropy: Number(entropy),
    before: before === 'digits' ? undefined : Number(before),
    ...tokenPattern(pattern.join(' ')),
    prefix: 0,
  };
  for (const literal of (literals as string).split(',')) of(literal).tokens.push(rule);
}
for (const [id = '', least, prefixes = '', alphabet] of rows(ISSUER_PREFIXES)) {
  const rest = alphabet === 'base64' ? '[A-Za-z0-9+/_-]' : '[A-Za-z0-9._~-]';
  for (const prefix of prefixes.split(',')) {
    const pattern = tokenPattern(String.raw`(?<![\w.-])${escaped(prefix)}${rest}{${least},600}(?<!\.)={0,2}`);
    of(prefix).tokens.push({ id, entropy: 3, before: 0, prefix: prefix.length, ...pattern });
  }
}
for (const [id = '', entropy, names, pattern] of rows(NAMED_SHAPES)) {
  const written = (pattern as string).replaceAll('<uuid>', UUID);
  const expression = new RegExp(`(?:${written})${VALUE_END}`, 'iy');
  const reach = reachOf(written);
  for (const name of (names as string).split(','))
    of(name).names.push({ id, entropy: Number(entropy), isId: id.endsWith('-id'), pattern: expression, reach });
}
for (const word of WORDS) of(word);

/** Literals that begin with another one are found where that one is. In this order they follow it. */
const groups = new Map<string, Place[]>();
let root = '';
for (const literal of [...entries.keys()].sort()) {
  if (root === '' || !literal.startsWith(root)) groups.set((root = literal), []);
  groups.get(root)?.push(entries.get(literal) as Place);
}

export const PLACES: ReadonlyMap<string, Place> = new Map(
  [...groups].map(([literal, those]) => [
    literal,
    {
      tokens: [...new Set(those.flatMap(({ tokens }) => tokens))],
      names: those.flatMap(({ names }) => names),
      isWord: those.some(({ isWord }) => isWord),
    },
  ]),
);

/** Finds them all in one pass. */
export const LITERALS = new Literals([...groups.keys()]);

/** How many there are. */
export const RULE_COUNT = new Set(
  [...PLACES.values()].flatMap(({ tokens, names }) => [...tokens, ...names].map(({ id }) => id)),
).size;

function tokenPattern(pattern: string): Pick<TokenRule, 'pattern' | 'hasGroup' | 'reach' | 'isWide'> {
  const hasGroup = /(?<!\\)\((?!\?)/.test(pattern);
  const expression = new RegExp(`(?:${pattern})${TOKEN_END}`, hasGroup ? 'dy' : 'y');
  return { pattern: expression, hasGroup, reach: reachOf(pattern), isWide: /\[\^|\\s/.test(pattern) };
}

function escaped(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}

function rows(table: string): string[][] {
  return table.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')]));
}
