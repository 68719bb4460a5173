/** What the operator is told of the issuers whose tokens the gate takes. */
import type { Report } from './reporter.ts';

/** As identity/ has it; times in milliseconds since the epoch. */
interface IssuerState {
  readonly issuer: string;
  readonly away: { readonly why: string; readonly since: number } | undefined;
  readonly usable: boolean;
}

export function issuersReport(states: readonly IssuerState[], maxText: number): NonNullable<Report['issuers']> {
  const away = states.flatMap(({ issuer, away: is, usable }) => {
    if (is === undefined) return [];
    const why = is.why.slice(0, maxText).toWellFormed();
    return [{ issuer, why, since: new Date(is.since).toISOString(), usable }];
  });
  return { trusted: states.length, away };
}
