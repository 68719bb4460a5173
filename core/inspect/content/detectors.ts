/** What a pack can look for in texts, made ready once. */
import { PERSONAL_DATA, type PersonalData, findPersonalData } from '../personal-data/personal-data.ts';
import { SHORTEST_SECRET, type Secret, findSecrets } from '../secrets/secrets.ts';
import { MODEL_TEXT, type ModelText, modelTextDetector } from './model-text.ts';
import { TextPattern } from './patterns.ts';
import type { Found, TextDetector } from './text-detector.ts';
import { WordList } from './word-list.ts';
import type { Work } from './work.ts';

/** `genericSecrets`: known by a name and by how random they look alone. Its detector finds the others as well. */
export const DETECTABLE = ['secrets', 'genericSecrets', ...PERSONAL_DATA, ...MODEL_TEXT] as const;
export type Detectable = (typeof DETECTABLE)[number];

export type Sought =
  | { readonly detect: Detectable; readonly hosts?: readonly string[] }
  | { readonly name: string; readonly pattern: string }
  | { readonly name: string; readonly words: readonly string[] };

export function detectorFor(sought: Sought): TextDetector {
  if ('detect' in sought) return builtIn(sought.detect, sought.hosts);
  const { name } = sought;
  const [family, finder] =
    'pattern' in sought
      ? (['patterns', new TextPattern(sought.pattern)] as const)
      : (['words', new WordList(sought.words)] as const);
  const findExact = (text: string, work?: Work): readonly Found[] =>
    finder.find(text, work).map(({ start, end }) => ({ kind: name, start, end }));
  return { family, shortest: 1, find: (text, _key, work) => findExact(text, work), findExact };
}

function builtIn(detect: Detectable, hosts: readonly string[] | undefined): TextDetector {
  if (detect === 'secrets') return new SecretDetector(false);
  if (detect === 'genericSecrets') return new SecretDetector(true);
  return isModelText(detect) ? modelTextDetector(detect, hosts) : new PersonalDetector(detect);
}

function isModelText(detect: Detectable): detect is ModelText {
  return (MODEL_TEXT as readonly string[]).includes(detect);
}

/** One look finds all kinds of secrets; to leave those out that a name makes one is half of the work. */
class SecretDetector implements TextDetector {
  readonly family = 'secrets';
  readonly shortest = SHORTEST_SECRET;
  readonly #generic: boolean;

  constructor(generic: boolean) {
    this.#generic = generic;
  }

  find(text: string, key: string | undefined, work?: Work): readonly Found[] {
    return foundSecrets(findSecrets(text, key, { generic: this.#generic, work }));
  }

  findExact(text: string, work?: Work): readonly Found[] {
    return foundSecrets(findSecrets(text, undefined, { generic: false, work }));
  }
}

function foundSecrets(secrets: readonly Secret[]): readonly Found[] {
  return secrets.length === 0 ? NONE : secrets.map(({ rule, start, end }) => ({ kind: rule, start, end }));
}

class PersonalDetector implements TextDetector {
  readonly family = 'personal-data';
  readonly shortest = 5;
  readonly findExact: TextDetector['findExact'];
  readonly #kind: PersonalData;

  constructor(kind: PersonalData) {
    this.#kind = kind;
    const isExact = kind === 'creditCard' || kind === 'iban';
    this.findExact = isExact ? (text, work) => this.find(text, undefined, work) : undefined;
  }

  find(text: string, key: string | undefined, work?: Work): readonly Found[] {
    const spans = findPersonalData(this.#kind, text, key, work);
    return spans.length === 0 ? NONE : spans.map(({ start, end }) => ({ kind: this.#kind, start, end }));
  }
}

const NONE: readonly Found[] = [];
