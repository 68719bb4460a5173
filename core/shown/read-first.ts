/**
 * What a person reads of a held call before its arguments, in lines of a label and a text. The labels are ours; of the texts, those of
 * `Title`, `Says` and `Found` hold words of servers and callers, so each channel dresses all of them (channels.ts).
 */
import type { Shown, ShownBefore } from '../api/approval-shown.ts';

export type Line = readonly [label: string, text: string];

export function readFirst(shown: Shown | undefined): Line[] {
  if (shown === undefined) return [];
  const { title, description, claims, findings = [], redacted = [], before } = shown;
  const claimed = Object.entries(claims ?? {}).flatMap(([claim, isSo]) => CLAIMS[claim as Claim]?.[Number(isSo)] ?? []);
  return [
    ...(title === undefined ? [] : [['Title', title] as const]),
    ...(description === undefined ? [] : [['Says', description] as const]),
    ...(claimed.length === 0
      ? []
      : [['Claims', `${claimed.join(', ')} (the server says so; nobody has checked)`] as const]),
    ...findings.map((finding) => ['Found', finding] as const),
    ...redacted.map(({ kind, at, sent }) => ['Redacted', redactedWords(kind, at, sent)] as const),
    ...(before === undefined ? [] : beforeLines(before)),
  ];
}

type Claim = keyof NonNullable<Shown['claims']>;

/** Of what is claimed not to be so, and to be so. */
const CLAIMS: Readonly<Record<Claim, readonly [string, string]>> = {
  readOnly: ['changes something', 'changes nothing'],
  destructive: ['only adds', 'MAY DESTROY'],
  idempotent: ['done twice it acts twice', 'done twice it acts once'],
  openWorld: ['stays within the server', 'reaches beyond the server'],
};

function redactedWords(kind: string, at: string | undefined, sent: boolean): string {
  const where = at === undefined ? 'at more places than are listed' : `at ${at}`;
  return `${kind} ${where}; ${sent ? 'the server gets it' : 'the server does not get it either'}`;
}

function beforeLines({ approved, denied, waiting, last, request, differs }: ShownBefore): Line[] {
  const when = last === undefined ? '' : `, the last at ${last}${request === undefined ? '' : ` (${request})`}`;
  const lines: Line[] = [['Before', `of this caller and tool ${approved} approved, ${denied} denied${when}`]];
  if (differs !== undefined)
    lines.push([
      'Differs',
      differs.length === 0 ? 'from the last in nothing that is shown' : `from the last at ${differs.join(', ')}`,
    ]);
  if (waiting > 0) lines.push(['Waiting', `${waiting} more like it`]);
  return lines;
}
