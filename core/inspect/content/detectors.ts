/** What a pack can look for in texts, made ready once. */
import type { Span } from '../finding.ts';
import { SHORTEST_INSTRUCTION, findInstructions } from '../instructions/find-instructions.ts';
import { findHiddenRuns } from '../hidden-text.ts';
import { HostSet } from '../host-set.ts';
import { carriedData, hostOf } from '../links/carried-data.ts';
import { findLinks } from '../links/find-links.ts';
import { PERSONAL_DATA, type PersonalData, findPersonalData } from '../personal-data/personal-data.ts';
import { GENERIC, SHORTEST_SECRET, findSecrets } from '../secrets/secrets.ts';
import { carriesText, findTerminalEscapes } from '../terminal-escapes.ts';
import { TextPattern } from './patterns.ts';
import { WordList } from './word-list.ts';

/** What a text does to whoever shows or reads it, rather than what it gives away. */
export const MODEL_TEXT = [
  'hiddenText',
  'terminalEscapes',
  'imagesWithData',
  'linksWithData',
  'modelInstructions',
] as const;
type ModelText = (typeof MODEL_TEXT)[number];
/** Those that pass over what leads to some hosts. */
export const WITH_HOSTS: ReadonlySet<string> = new Set<ModelText>(['imagesWithData', 'linksWithData']);

/** `genericSecrets`: known by a name and by how random they look alone. */
export const DETECTABLE = ['secrets', 'genericSecrets', ...PERSONAL_DATA, ...MODEL_TEXT] as const;
export type Detectable = (typeof DETECTABLE)[number];

export type Sought =
  | { readonly detect: Detectable; readonly hosts?: readonly string[] }
  | { readonly name: string; readonly pattern: string }
  | { readonly name: string; readonly words: readonly string[] };

/** One thing that was found in a text. */
export interface Found extends Span {
  /** For people and placeholders: `creditCard`, `github-pat`, the name of a pattern. */
  readonly kind: string;
  /** It shows nothing by itself, so that nothing takes its place where it is taken out. */
  readonly isBlank?: boolean;
}

export interface TextDetector {
  /** `secrets`, `personal-data`, `patterns`, `words`, or the name of one of `MODEL_TEXT`. */
  readonly family: string;
  /** It knows what it finds by its shape, so that it may be looked for over the border of two texts. */
  readonly isExact: boolean;
  /** In units: nothing is found in texts that are shorter. */
  readonly shortest: number;
  /** `key`: of the member whose value the text is. */
  find(text: string, key: string | undefined): readonly Found[];
}

export function detectorFor(sought: Sought): TextDetector {
  if ('detect' in sought) return builtIn(sought.detect, sought.hosts);
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

function builtIn(detect: Detectable, hosts: readonly string[] | undefined): TextDetector {
  if (detect === 'secrets' || detect === 'genericSecrets') return new SecretDetector(detect === 'genericSecrets');
  return isModelText(detect) ? modelText(detect, hosts) : new PersonalDetector(detect);
}

function isModelText(detect: Detectable): detect is ModelText {
  return (MODEL_TEXT as readonly string[]).includes(detect);
}

function modelText(detect: ModelText, hosts: readonly string[] | undefined): TextDetector {
  return { ...MODEL_TEXT_FINDERS[detect](new HostSet(hosts ?? [])), family: detect, isExact: false };
}

type Finder = Pick<TextDetector, 'shortest' | 'find'>;

const MODEL_TEXT_FINDERS: Readonly<Record<ModelText, (hosts: HostSet) => Finder>> = {
  hiddenText: () => ({
    shortest: 1,
    find: (text) =>
      findHiddenRuns(text).map(({ reason, start, end }) => {
        // One by itself says nothing, such as a soft hyphen; several can spell something.
        return { kind: reason, start, end, isBlank: reason === 'invisible-character' && end - start === 1 };
      }),
  }),
  terminalEscapes: () => ({
    shortest: 1,
    find: (text) =>
      findTerminalEscapes(text).map((one) => {
        return { kind: one.reason, start: one.start, end: one.end, isBlank: !carriesText(one) };
      }),
  }),
  imagesWithData: (hosts) => ({ shortest: SHORTEST_URL, find: (text) => linksIn(text, hosts, true) }),
  linksWithData: (hosts) => ({ shortest: SHORTEST_URL, find: (text) => linksIn(text, hosts, false) }),
  modelInstructions: () => ({
    shortest: SHORTEST_INSTRUCTION,
    find: (text) => findInstructions(text).map(({ reason, start, end }) => ({ kind: reason, start, end })),
  }),
};

const SHORTEST_URL = '//a.b/?c='.length;

function linksIn(text: string, hosts: HostSet, areLoaded: boolean): readonly Found[] {
  const found: Found[] = [];
  for (const { form, url, start, end } of findLinks(text)) {
    if ((form === 'loaded') !== areLoaded || carriedData(url, areLoaded) === undefined) continue;
    const host = hostOf(url);
    if (host === undefined || !hosts.has(host))
      found.push({ kind: areLoaded ? 'image-with-data' : 'link-with-data', start, end });
  }
  return found;
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
