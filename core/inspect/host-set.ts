/** The hosts that a rule allows, and how they are named to whoever asks for another. */

const BELOW = '*.';
/** A sentence is read by people and models; a list of 64 hosts is not. */
const MAX_SHOWN = 5;

export class HostSet {
  readonly #exact = new Set<string>();
  /** Such as `.example.com`. */
  readonly #suffixes: string[] = [];
  readonly #shown: string;

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      if (pattern.startsWith(BELOW)) this.#suffixes.push(pattern.slice(BELOW.length - 1));
      // As URLs have it after parsing: `[0:0::1]` is `[::1]`. What no URL can have matches nothing.
      else this.#exact.add(URL.parse(`https://${pattern}`)?.hostname ?? pattern);
    }
    const more = patterns.length - MAX_SHOWN;
    this.#shown = patterns.slice(0, MAX_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
  }

  /** Takes a host as URLs have it, without empty labels, so what stands before a suffix is a label at least. */
  has(host: string): boolean {
    if (this.#exact.has(host)) return true;
    return !isAddress(host) && this.#suffixes.some((suffix) => host.endsWith(suffix));
  }

  /** Whether the rule names this very host, and not only those around it. */
  names(host: string): boolean {
    return this.#exact.has(host);
  }

  /** Such as `pay.example.com, *.example.org and 3 more`. */
  toString(): string {
    return this.#shown;
  }
}

/** Numbers have nothing below them, though `*.0.0.1` looks like it. */
function isAddress(host: string): boolean {
  return host.startsWith('[') || /\.\d+$/.test(host);
}
