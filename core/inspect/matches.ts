/**
 * All matches of a global pattern, none of which is empty. `matchAll` makes a copy of the pattern for each text, and whenever the engine has
 * forgotten the compiled one, each copy is compiled again, which takes milliseconds.
 */
export function* matchesOf(pattern: RegExp, text: string): Generator<RegExpExecArray> {
  let at = 0;
  for (;;) {
    // Whoever takes the matches may use the pattern in between.
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return;
    at = pattern.lastIndex;
    yield match;
  }
}
