/** Texts of others that are kept, and shown nobody knows where: in a terminal, in YAML, in Markdown. The least that all of them need. */
import { spelledOut, visible } from './terminal-text.ts';

/** What makes code, HTML, links and images of Markdown (CommonMark 0.31). */
const MARKUP = /[`<]|\](?=[([])/g;

/** One line, in characters that a person sees, and that are no markup. */
export function shownAnywhere(text: string): string {
  return visible(text).replaceAll(MARKUP, spelledOut);
}
