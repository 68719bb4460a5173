/** Texts of others that are kept, and shown nobody knows where: in a terminal, in YAML, in Markdown. The least that all of them need. */
import { cutShown } from './cut.ts';
import { spelledOut, visible } from './terminal-text.ts';

/** What makes code, HTML, links and images of Markdown (CommonMark 0.31). */
const MARKUP = /[`<]|\](?=[([])/g;

/** One line, in characters that a person sees, and that are no markup. */
export function shownAnywhere(text: string): string {
  return visible(text).replaceAll(MARKUP, spelledOut);
}

/** The same in at most `max` UTF-16 units, with a mark that says how much is missing. */
export function shownAnywhereWithin(text: string, max: number): string {
  const looked = text.length <= 2 * max ? text : text.slice(0, 2 * max).toWellFormed();
  return cutShown(shownAnywhere(looked), max, (piece) => piece, text.length - looked.length);
}
