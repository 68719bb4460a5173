/** Names that are taken for others: of one server or of several whose tools meet in one client (UTS #39; SAFE-T1004). */
import { evidenceOf, type Finding } from '../finding.ts';
import { inLatin, skeletonOf } from './confusables.ts';

export const NAME_REASONS = ['mixed-scripts', 'look-alike', 'shadows'] as const;
export type NameReason = (typeof NAME_REASONS)[number];

/** A name that somebody else has, and who that is. */
export interface KnownName {
  readonly name: string;
  readonly owner: string;
}

/** Looked up by what names have in common. */
export class KnownNames {
  readonly #bySkeleton = new Map<string, KnownName>();

  constructor(names: Iterable<KnownName> = []) {
    for (const one of names) this.add(one);
  }

  add(name: KnownName): void {
    const skeleton = skeletonOf(name.name);
    if (!this.#bySkeleton.has(skeleton)) this.#bySkeleton.set(skeleton, name);
  }

  like(name: string): KnownName | undefined {
    return this.#bySkeleton.get(skeletonOf(name));
  }
}

/**
 * `known`: names of others. The same name at two servers is often honest (`search`, `read`): it is told, and clients that show the
 * server in front of the name tell them apart.
 */
export function inspectName(name: string, known?: KnownNames): Finding | undefined {
  if (name.normalize('NFC').split(BETWEEN_WORDS).some(imitates)) {
    const message = `The name ${quoted(name)} has letters that look like Latin ones. Use plain letters.`;
    return found('mixed-scripts', message, name);
  }
  const other = known?.like(name);
  if (other === undefined) return undefined;
  return other.name === name
    ? found('shadows', `The name ${quoted(name)} is one that ${other.owner} has as well. Give it another.`, name)
    : found('look-alike', `The name ${quoted(name)} is taken for ${quoted(other.name)} of ${other.owner}.`, name);
}

const BETWEEN_WORDS = /[\s_.:/-]+/;
const ASCII = /^[\0-\x7f]*$/;
const LATIN = /^\p{Script=Latin}$/u;
const LATIN_LETTERS = /^[A-Za-z0-9]+$/;

/**
 * Letters of another script that become Latin ones, beside Latin ones or in a word that is made of nothing else. Accents are spelling,
 * and so is a word of another language.
 */
function imitates(word: string): boolean {
  if (ASCII.test(word)) return false;
  let [isLatin, isOther, isImitation] = [false, false, false];
  for (const letter of word) {
    if (letter <= '\x7f' || LATIN.test(letter)) isLatin ||= !(letter >= '0' && letter <= '9');
    else if (LATIN_LETTERS.test(inLatin(letter))) isImitation = true;
    else isOther = true;
  }
  return isImitation && (isLatin || !isOther);
}

function quoted(name: string): string {
  return `"${evidenceOf(name)}"`;
}

function found(reason: NameReason, message: string, evidence: string): Finding {
  return { detector: 'names', reason, message, span: undefined, evidence: evidenceOf(evidence) };
}
