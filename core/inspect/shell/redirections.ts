/** What a command reads and writes by redirection, and what comes in on its standard input. */
import type { Redirection } from 'unbash';
import type { Call, Written } from './call.ts';
import { expand, type Scope } from './expand.ts';
import { known, NOTHING, type Origin, printing, SOMETHING, type Value } from './values.ts';

export type Redirections = Pick<Call, 'written' | 'read' | 'input'>;

/** `before`: what a pipe brings. */
export function redirectionsOf(
  redirects: readonly Redirection[],
  before: Origin | undefined,
  scope: Scope,
): Redirections {
  const written: Written[] = [];
  const read: Value[] = [];
  let input = before;
  for (const redirect of redirects) {
    if (redirect.type === 'HereDoc') {
      const { body, delimiter } = redirect;
      const isText = delimiter?.quoted === true || body.parts === undefined;
      const value = isText
        ? known(body.text)
        : expand(
            { type: 'Word', text: body.text, value: body.text, pos: body.pos, end: body.end, parts: body.parts },
            scope,
          );
      input = value.from === NOTHING ? printing(value.text) : { ...value.from, text: value.text };
      continue;
    }
    if (redirect.target === undefined) continue;
    const value = expand(redirect.target, scope);
    if (redirect.type === 'HereString') {
      input = value.from === NOTHING ? printing(`${value.text}\n`) : value.from;
    } else if (redirect.operator.startsWith('<')) {
      if (DESCRIPTOR.test(value.text)) continue;
      read.push(value);
      input = value.isFile ? value.from : SOMETHING;
    }
    if (redirect.operator.includes('>') && !DESCRIPTOR.test(value.text))
      written.push({ path: value, appends: redirect.operator.includes('>>') });
  }
  return { written, read, input };
}

/** `2>&1` and `<&-` name no file. */
const DESCRIPTOR = /^(?:[0-9]{1,3}-?|-)$/;
