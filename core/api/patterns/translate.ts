/** The same meaning in the one wildcard that there is, as far as it can be had: for the half of a sentence that says what to write. */

/** One entry for each alternative; undefined where it would be a guess. */
function translated(pattern: string): readonly string[] | undefined {
  const trimmed = pattern.trim();
  const literal = /^\/(.*)\/[a-z]*$/.exec(trimmed)?.[1];
  const body = literal ?? trimmed;
  const isAnchored = body.startsWith('^') || body.endsWith('$');
  const alternatives = splitAlternatives(body);
  const globs = alternatives.map((one) => globOf(one, literal !== undefined || isAnchored));
  return globs.every((glob) => glob !== undefined && PLAIN.test(glob) && glob !== trimmed)
    ? (globs as string[])
    : undefined;
}

const PLAIN = /^[\p{L}\p{N}_.:/*-]+$/u;

/** `^(a|b)$` and `a|b`, and also the braces and commas of shells. */
function splitAlternatives(body: string): readonly string[] {
  const group = /^(\^?)[({]([^(){}]*)[)}](\$?)$/.exec(body);
  if (group !== null) {
    const [, start = '', inside = '', end = ''] = group;
    return inside.split(/[|,]/).map((one) => start + one.trim() + end);
  }
  return body.split(/[|,;]/).map((one) => one.trim());
}

/** A regular expression that is not anchored matches anywhere. */
function globOf(regex: string, matchesAnywhere: boolean): string | undefined {
  const core = regex.replace(/^\^/, '').replace(/\$$/, '');
  if (core === '') return undefined;
  const glob = core
    .replaceAll(/\\([._:/-])/g, '$1')
    .replaceAll(/(\.|\\[wWdDsS]|\[[^\]]*\])[*+?]?/g, (found, atom: string) =>
      atom === '.' && found === '.' ? '.' : '*',
    )
    .replaceAll(/[?%]/g, '*')
    .replaceAll(/\*{2,}/g, '*');
  if (!matchesAnywhere) return glob;
  const start = regex.startsWith('^') || glob.startsWith('*') ? '' : '*';
  const end = regex.endsWith('$') || glob.endsWith('*') ? '' : '*';
  return start + glob + end;
}

export function toWrite(pattern: string): string {
  const entries = translated(pattern);
  if (entries === undefined && PLAIN.test(pattern)) return `write ${JSON.stringify(pattern)}`;
  if (entries === undefined) return 'write the name, with * for any characters; one entry for each name';
  return `write ${entries.map((entry) => JSON.stringify(entry)).join(', ')}`;
}
