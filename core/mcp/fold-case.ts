/**
 * What decoders behind the gate take for the same letter although a language's own mapping to lower case keeps it apart: one table
 * for all of them. It is their union, since nobody knows which of them reads a message.
 *
 * Everything else follows from case mappings that all of them share and that `fold` computes. `testdata/case-pairs.txt` lists every pair
 * that the real decoders gave for all of Unicode, with their names.
 */
export interface CaseFolding {
  readonly from: string;
  readonly to: string;
  /** Which decoder does it, by which function. */
  readonly by: string;
}

/** Applied in this order, to canonically decomposed text before and after its case is mapped. */
export const CASE_FOLDINGS: readonly CaseFolding[] = [
  {
    from: '\u0130', // capital I with a dot
    to: 'i',
    by: 'Java String.equalsIgnoreCase (Jackson ACCEPT_CASE_INSENSITIVE_PROPERTIES), Go unicode.ToLower (strings.ToLower), .NET in tr and az',
  },
  {
    from: '\u0131', // small i without a dot
    to: 'i',
    by: 'Java String.equalsIgnoreCase, Python str.upper, JavaScript toUpperCase, Go unicode.ToUpper, .NET in tr and az',
  },
  {
    from: 'i\u0307', // small i with the dot that a lower-cased U+0130 leaves behind
    to: 'i',
    by: 'Python str.lower and str.casefold, JavaScript toLowerCase, Java toLowerCase(Locale.ROOT): all make it of U+0130; Java in lt',
  },
  {
    from: '\u017f', // long s
    to: 's',
    by: 'Go encoding/json (Unicode simple folding), Java String.equalsIgnoreCase, Python str.casefold, JavaScript toUpperCase',
  },
  {
    from: '\u212a', // Kelvin sign
    to: 'k',
    by: 'Go encoding/json, Java String.equalsIgnoreCase, .NET ToLowerInvariant, Python str.lower, JavaScript toLowerCase; Swift String ==',
  },
  {
    from: '\u212b', // \u00c5ngstr\u00f6m sign; decomposed, as \u00e5 is as well
    to: 'a\u030a',
    by: 'Go encoding/json, Java String.equalsIgnoreCase, .NET ToLowerInvariant, Python str.lower, JavaScript toLowerCase; Swift String ==',
  },
  {
    from: '\u1e9e', // capital sharp s: only the small one becomes SS
    to: 'ss',
    by: 'Go encoding/json makes it U+00DF, which is SS to Python str.casefold, JavaScript toUpperCase and Java toUpperCase',
  },
];
