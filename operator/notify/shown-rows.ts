/** What a person needs before the arguments of a call: rows of what is in `shown`. Labels are ours, values are words of others. Pure. */
import type { Shown } from '../../core/api/approval-shown.ts';

type Row = readonly [label: string, value: string];

const CLAIMS: readonly (readonly [keyof NonNullable<Shown['claims']>, yes: string, no: string])[] = [
  ['readOnly', 'it changes nothing', 'it changes something'],
  ['destructive', 'it may destroy something', 'it destroys nothing'],
  ['idempotent', 'a second identical call changes nothing more', 'a second identical call does it again'],
  ['openWorld', 'it reaches beyond the server', 'it stays within the server'],
];

export function shownRows({ title, description, claims = {}, findings = [], redacted = [], before }: Shown): Row[] {
  const says = [title, description].filter((text) => text !== undefined).join(': ');
  const claimed = CLAIMS.flatMap(([claim, yes, no]) => {
    const said = claims[claim];
    return said === undefined ? [] : [said ? yes : no];
  });
  return [
    ...row('The tool, in words of its server', says),
    ...row('Its server claims, unchecked', claimed.join('; ')),
    ...row('Found in it', findings.join('; ')),
    ...row('Not shown below', redacted.map(redactedWords).join('; ')),
    ...row('Before', before === undefined ? '' : beforeWords(before)),
  ];
}

function row(label: string, value: string): Row[] {
  return value === '' ? [] : [[label, value]];
}

function redactedWords({ kind, at, sent }: NonNullable<Shown['redacted']>[number]): string {
  return `${kind}${at === undefined ? '' : ` at ${at}`}${sent ? ', which the server gets' : ', which is taken out of the call'}`;
}

function beforeWords({ approved, denied, waiting, last, differs }: NonNullable<Shown['before']>): string {
  const parts = [
    `${approved} approved${last === undefined ? '' : ` (last ${last})`}, ${denied} denied`,
    ...(waiting === 0 ? [] : [`${waiting} like it wait`]),
    ...(differs === undefined
      ? []
      : [differs.length === 0 ? 'nothing differs from the last' : `differs from the last in ${differs.join(', ')}`]),
  ];
  return parts.join('; ');
}
