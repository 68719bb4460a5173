/**
 * Argument injection (CWE-88): a value that a program takes for one of its options. A server that starts `git show VALUE` without a shell
 * is safe from `; id` and not from `--output=/srv/x` (CVE-2025-68144).
 */

export interface OptionFound {
  readonly start: number;
  readonly end: number;
}

/** Linear in the length. */
export function findOption(text: string): OptionFound | undefined {
  const lead = LEADING.exec(text);
  if (lead !== null && !isNameWithDash(text.slice(lead.index + (lead[1] ?? '').length))) {
    return { start: (lead[1] ?? '').length, end: lead[0].length };
  }
  const inner = INNER.exec(text);
  return inner === null ? undefined : { start: inner.index, end: inner.index + inner[0].length };
}

/** Dashes that best-fit code pages and NFKC make a hyphen-minus of. A digit behind one is a number, a blank a list. */
const LEADING = /^([\s"']{0,16})[-\u2010-\u2013\u2212\ufe63\uff0d]{1,3}[A-Za-z?@]/;

/** Sort orders (JSON:API §Sorting), search qualifiers, and ids in base64url, one in 64 of which begins with a dash. */
function isNameWithDash(value: string): boolean {
  return (
    SORT.test(value) ||
    QUALIFIER.test(value) ||
    (ID.test(value) && /[0-9]/.test(value) && /[A-Z]/.test(value) && /[a-z]/.test(value))
  );
}

const SORT =
  /^-(?:[a-z]{2,32}(?:_[a-z]{1,32}){1,4}|[a-z]{2,24}(?:At|On|Date|Time|Count|By|Id)|name|date|created|updated|modified|id|title|price|size|score|relevance|timestamp|time|published|popularity|stars|rating|priority|status|inf|Infinity)(?:,-?[A-Za-z_]{1,64})*$/;
const QUALIFIER = /^-[a-z]{3,24}:"?[\w.\s/-]{1,64}"?$/;
const ID = /^-(?!-)[A-Za-z0-9_-]{10,64}$/;

/** Behind a blank, only options that write, run or connect: `Add --verbose flag` is a title. */
const INNER =
  /[\s"'](?:--[a-z][a-z0-9-]{1,40}=\S|--(?:upload-pack|receive-pack|exec|exec-path|output|open-files-in-pager|ext-diff|no-index|config|post-file|upload-file|use-askpass|checkpoint-action|to-command|use-compress-program|rsh|proxy-command|eval|local-infile|load-extension|privileged|unsafe-perm)(?:[\s=]|$)|-(?:oProxyCommand|oPermitLocalCommand|oLocalCommand|exec|execdir|ok|okdir|fprintf|fprint0?|enc|EncodedCommand|ExecutionPolicy)(?:[\s=]|$)|-[oOTKxcCe][ =]?(?:\/|~\/|\.\.\/|@\/)|-[a-z]*c core\.|-rf(?:\s|$))/i;
