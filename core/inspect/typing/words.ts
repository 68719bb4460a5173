/** The words of a parameter's or tool's name, however it joins them: `repoName`, `repo_name`, `repo-name` and `RepoName`. */

/** Longer ones are no names; what is behind is not looked at. */
const LONGEST = 128;
const HUMP = /([a-z\d])([A-Z])/g;
/** But for the plural of one: `URLs`. */
const ACRONYM = /([A-Z])([A-Z](?!s(?![a-z]))[a-z])/g;
const NO_WORD = /[^a-z\d]+/;
/** Words that end like this are no plurals: `address`, `status`, `alias`, `analysis`. */
const NO_PLURAL = /(?:ss|us|as|is)$/;

/** In lower case, and in the singular. */
export function wordsOf(name: string): readonly string[] {
  const spaced = name.slice(0, LONGEST).replace(HUMP, '$1 $2').replace(ACRONYM, '$1 $2');
  return spaced.toLowerCase().split(NO_WORD).filter(isNotEmpty).map(singular);
}

function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !NO_PLURAL.test(word) ? word.slice(0, -1) : word;
}

function isNotEmpty(word: string): boolean {
  return word !== '';
}
