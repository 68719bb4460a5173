/** What a pack can look for in texts, made ready once. */
import type { Span } from '../finding.ts';
import { PERSONAL_DATA, type PersonalData, findPersonalData } from '../personal-data/personal-data.ts';
import { GENERIC, SHORTEST_SECRET, findSecrets } from '../secrets/secrets.ts';
import { TextPattern } from './patterns.ts';
import { WordList } from './word-list.ts';

/** `genericSecrets`: known by a name and by how random they look alone. */
export const DETECTABLE = ['secrets', 'genericSecrets', ...PERSONAL_DATA] as const;
export type Detectable = (typeof DETECTABLE)[number];

export type Sought =
  | { readonly detect: Detectable }
  | { readonly name: string; readonly pattern: string }
  | { readonly name: string; readonly words: readonly string[] };

/** One thing that was found in a text. */
export interface Found extends Span {
  /** For people and placeholders: `creditCard`, `github-pat`, the name of a pattern. */
  readonly kind: string;
}

export interface TextDetector {
  /** `secrets`, `personal-data`, `patterns` or `words`. */
  readonly family: string;
  /** It knows what it finds by its shape, so that it may be looked for over the border of two texts. */
  readonly isExact: boolean;
  /** In units: nothing is found in texts that are shorter. */
  readonly shortest: number;
  /** `key`: of the member whose value the text is. */
  find(text: string, key: string | undefined): readonly Found[];
}

export function detectorFor(sought: Sought): TextDetector {
  if ('detect' in sought) return builtIn(sought.detect);
  const { name } = sought;
  const [family, finder] =
    'pattern' in sought
      ? (['patterns', new TextPattern(sought.pattern)] as const)
      : (['words', new WordList(sought.words)] as const);
  return {
    family,
    isExact: true,
    shortest: 1,
    find: (text) => finder.find(text).map(({ start, end }) => ({ kind: name, start, end })),
  };
}

function builtIn(detect: Detectable): TextDetector {
  if (detect === 'secrets' || detect === 'genericSecrets') return new SecretDetector(detect === 'genericSecrets');
  return new PersonalDetector(detect);
}

class SecretDetector implements TextDetector {
  readonly family = 'secrets';
  readonly shortest = SHORTEST_SECRET;
  readonly isExact: boolean;
  readonly #generic: boolean;

  constructor(generic: boolean) {
    this.#generic = generic;
    this.isExact = !generic;
  }

  find(text: string, key: string | undefined): readonly Found[] {
    const all = findSecrets(text, key);
    if (all.length === 0) return NONE;
    return all.flatMap(({ rule, start, end }) =>
      (rule === GENERIC) === this.#generic ? [{ kind: rule, start, end }] : [],
    );
  }
}

class PersonalDetector implements TextDetector {
  readonly family = 'personal-data';
  readonly shortest = 5;
  readonly isExact: boolean;
  readonly #kind: PersonalData;

  constructor(kind: PersonalData) {
    this.#kind = kind;
    this.isExact = kind === 'creditCard' || kind === 'iban';
  }

  find(text: string, key: string | undefined): readonly Found[] {
    const spans = findPersonalData(this.#kind, text, key);
    return spans.length === 0 ? NONE : spans.map(({ start, end }) => ({ kind: this.#kind, start, end }));
  }
}

const NONE: readonly Found[] = [];
