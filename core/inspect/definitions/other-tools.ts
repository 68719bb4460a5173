/**
 * What a definition says about tools that are not its server's: how they are to be used (shadowing), or that they are to be used at all.
 * A reference to one of its own server's tools is how honest definitions explain an order.
 */
import { evidenceOf, type Finding } from '../finding.ts';
import { skeletonOf } from './confusables.ts';
import type { DefinitionText } from './texts.ts';

/** Names that look like names: of two words at least, joined as programs join them. */
const IDENTIFIER =
  /\b(?:[A-Za-z][A-Za-z0-9]{0,63}(?:_[A-Za-z0-9]{1,63}){1,16}|[a-z][a-z0-9]{0,63}(?:[A-Z][a-z0-9]{1,63}){1,16})\b/g;
/** What stands around such a name where it is a tool's. */
const ABOUT_TOOLS = /\b(?:tool|tools|function|call|calls|calling|called|invoke|invoking|using|use|uses|run|running)\b/i;
const AROUND = 40;
const MAX_NAMES = 200;

/**
 * `isOwn`: whether its server has a tool, prompt or parameter of that name; asked for skeletons, see `skeletonOf`. Undefined where the
 * list is not known as a whole: then nothing is foreign.
 */
export function inspectOtherTools(
  { role, text, pointer }: DefinitionText,
  isOwn: (skeleton: string) => boolean,
): Finding | undefined {
  if (role !== 'prose') return undefined;
  let looked = 0;
  for (const match of text.matchAll(IDENTIFIER)) {
    if (++looked > MAX_NAMES) return undefined;
    const [name] = match;
    const before = text.slice(Math.max(0, match.index - AROUND), match.index);
    const behind = text.slice(match.index + name.length, match.index + name.length + AROUND);
    if (!ABOUT_TOOLS.test(before) && !/^\W{0,3}(?:tool|function)\b/i.test(behind)) continue;
    if (isOwn(skeletonOf(name))) continue;
    return {
      detector: 'otherTools',
      reason: 'foreign-tool',
      message: `The text at ${pointer} speaks of "${evidenceOf(name)}", which this server does not list.`,
      span: { start: match.index, end: match.index + name.length },
      evidence: evidenceOf(name),
    };
  }
  return undefined;
}
