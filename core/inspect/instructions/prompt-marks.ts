/** Marks by which models are told who speaks, in data that nobody but its writer speaks in. */
import type { Span } from '../finding.ts';

/** Of the templates of ChatML, Llama and Mistral. */
const TEMPLATE =
  /<\|(?:im_start|im_end|system|user|assistant|start_header_id|end_header_id|eot_id)\|>|\[\/?INST\]|<<\/?SYS>>/g;
/** A line in the voice of the system: a heading for people has no order behind it. */
const VOICE =
  /(?:^|\n)[ \t>#*-]{0,8}[[<(]{0,2}(?:system|developer|assistant|admin)(?:[ _-](?:note|message|prompt|override|update|instructions?|notice))?[\])>]{0,2}[ \t]{0,4}:{0,1}[ \t\n]{1,4}(?=[^\n])/gi;
const TAG = /<(\/?)(system|system-reminder|assistant|important|instructions?|information|admin|override)>/gi;
const ORDER =
  /\b(?:ignore|disregard|you (?:must|should|are now|may now|will now)|your (?:task|instructions?|rules)|new (?:task|instructions?)|reply with|respond (?:with|only)|call [a-z]+_[a-z_]+|append|reveal|grant|forward|do the following|don't tell)\b/i;
/** Of what follows. */
const ORDER_WITHIN = 400;

export function findMarks(text: string): Span[] {
  const found: Span[] = [];
  for (const { index, 0: mark } of text.matchAll(TEMPLATE)) found.push({ start: index, end: index + mark.length });
  for (const { index, 0: mark } of text.matchAll(VOICE)) {
    const end = index + mark.length;
    const line = /^[^\n]{0,400}/.exec(text.slice(end, end + ORDER_WITHIN))?.[0] ?? '';
    if (ORDER.test(line)) found.push({ start: index, end: end + line.length });
  }
  found.push(...findTags(text));
  return found;
}

/** A block that is opened and closed, with an order in it; names of elements are used for much else. */
function findTags(text: string): Span[] {
  const found: Span[] = [];
  let open: { readonly name: string; readonly start: number; readonly end: number } | undefined;
  for (const match of text.matchAll(TAG)) {
    const [tag, closing, written = ''] = match;
    const name = written.toLowerCase();
    if (closing === '') open = { name, start: match.index, end: match.index + tag.length };
    else if (open?.name === name) {
      if (isOrder(written, text.slice(open.end, Math.min(match.index, open.end + MAX_BLOCK))))
        found.push({ start: open.start, end: match.index + tag.length });
      open = undefined;
    }
  }
  return found;
}

const MAX_BLOCK = 4096;

/** In capitals, or as the system itself, a block is meant for models whatever it says. */
function isOrder(written: string, block: string): boolean {
  return written === written.toUpperCase() || /^system/i.test(written) || ORDER.test(block);
}
