/**
 * Words without quotes that YAML 1.2, which is read here, takes for texts, and the parser of kubectl, the API server and Helm
 * (sigs.k8s.io/yaml, by the rules of YAML 1.1) for true, false or a number: `pin: Off` is right in a local folder, and `false` in a cluster.
 */
import { type Document, Scalar, visit } from 'yaml';
import { pathTo } from './locate.ts';

/** https://yaml.org/type/bool.html, without true and false, which are the same to both. */
const TRUE = ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'];
const FALSE = ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'];
const WORDS: ReadonlyMap<string, string> = new Map([
  ...TRUE.map((word) => [word, 'true'] as const),
  ...FALSE.map((word) => [word, 'false'] as const),
]);
/** https://yaml.org/type/int.html: digits in groups. */
const GROUPED = /^[-+]?[0-9]+(_[0-9]+)+$/;
/** The same: octal, and so another number than here. */
const OCTAL = /^[-+]?0[0-7]*[1-7][0-7]*$/;

export interface WordFinding {
  readonly path: readonly PropertyKey[];
  readonly offset: number;
  readonly value: string;
  readonly message: string;
  readonly mend: string;
}

export function wordsReadOtherwise(document: Document.Parsed): WordFinding[] {
  const found: WordFinding[] = [];
  visit(document, {
    Scalar: (role, node, ancestors) => {
      if (node.type !== Scalar.PLAIN) return;
      if (typeof node.value === 'number') {
        const octal = readAsOctal(node, [...ancestors, node]);
        if (octal !== undefined) found.push(octal);
        return;
      }
      const word = node.value;
      if (typeof word !== 'string') return;
      const other = WORDS.get(word) ?? (GROUPED.test(word) ? `the number ${word.replaceAll('_', '')}` : undefined);
      if (other === undefined) return;
      const path = pathTo([...ancestors, node]);
      const before = role === 'key' ? '' : beforeOf(path);
      const after = role === 'key' ? ':' : '';
      found.push({
        path,
        offset: node.range?.[0] ?? 0,
        value: `"${word}"`,
        message: `"${word}" without quotes is ${other} to kubectl and Helm, which read YAML 1.1`,
        mend: `put it in quotes: \`${before}"${word}"${after}\``,
      });
    },
  });
  return found;
}

function readAsOctal(node: Scalar, ancestors: Parameters<typeof pathTo>[0]): WordFinding | undefined {
  const { source = '', value, range } = node;
  const octal = OCTAL.test(source) ? parseInt(source, 8) : value;
  if (octal === value) return undefined;
  return {
    path: pathTo(ancestors),
    offset: range?.[0] ?? 0,
    value: source,
    message: `${source} is ${String(octal)} to kubectl and Helm, which read YAML 1.1`,
    mend: `write ${String(value)}, without the zero in front`,
  };
}

/** The word that was meant where a cluster has got true or false. */
export function wordFor(value: boolean, words: readonly string[]): string | undefined {
  return words.find((word) => WORDS.get(word) === String(value));
}

function beforeOf(path: readonly PropertyKey[]): string {
  const last = path.at(-1);
  return typeof last === 'string' ? `${last}: ` : '- ';
}
