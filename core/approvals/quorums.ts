/**
 * How many votes of whom something takes: what a rule says, in the one form that bundles and requests have, a list of quorums that all
 * have to be met. A vote counts for every entry that its voter fits.
 */
import type { Quorum } from '../api/approvers.ts';
import { canonicalJson } from '../canonical-json.ts';

export type Quorums = readonly Quorum[];
type Approvers = Quorum['approvers'];

interface Said {
  readonly quorum?: number | undefined;
  readonly approvers?: Approvers;
  readonly all?: readonly Pick<Said, 'quorum' | 'approvers'>[] | undefined;
}

/** Where nobody says anything. */
export const ANYBODY: Quorums = [{ quorum: 1 }];

/** Undefined: one vote of anybody who has the right. */
export function quorumsOf({ quorum = 1, approvers, all }: Said): Quorums | undefined {
  if (all !== undefined) return together([distinctly(all.map((path) => entry(path.quorum ?? 1, path.approvers)))]);
  return quorum === 1 && approvers === undefined ? undefined : [entry(quorum, approvers)];
}

/**
 * Different people for each path. That is so exactly if, for every choice of paths, those who fit any of them are as many as these paths
 * take together (Hall, 1935), which are quorums again: one of treasury, one of security, and two of both.
 */
function distinctly(paths: Quorums): Quorum[] {
  const chosen: Quorum[] = [];
  for (const path of paths) chosen.push(path, ...chosen.map((other) => union(other, path)));
  return chosen;
}

function union(a: Quorum, b: Quorum): Quorum {
  const { approvers: one } = a;
  const { approvers: other } = b;
  const everybody = one === undefined || other === undefined;
  return entry(
    a.quorum + b.quorum,
    everybody
      ? undefined
      : {
          users: [...(one.users ?? []), ...(other.users ?? [])],
          groups: [...(one.groups ?? []), ...(other.groups ?? [])],
        },
  );
}

function entry(quorum: number, approvers: Approvers): Quorum {
  if (approvers === undefined) return { quorum };
  const [users, groups] = [sorted(approvers.users), sorted(approvers.groups)];
  return {
    quorum,
    approvers: { ...(users.length === 0 ? {} : { users }), ...(groups.length === 0 ? {} : { groups }) },
  };
}

function sorted(names: readonly string[] = []): string[] {
  return [...new Set(names)].sort();
}

/** All of several, in one order, without those that another one implies. Undefined where none says anything. */
export function together(lists: readonly (Quorums | undefined)[]): Quorums | undefined {
  // Who says nothing asks for one vote, which every other quorum has in it.
  const said = new Map(lists.flatMap((list = []) => list.map((one) => [canonicalJson(one), one])));
  const all = [...said].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const kept = all.filter((one) => !all.some((other) => other !== one && implies(other, one)));
  return kept.length === 0 ? undefined : kept;
}

/** Whether whatever meets the one meets the other: as many of the same, or of fewer. */
function implies(one: Quorum, other: Quorum): boolean {
  return one.quorum >= other.quorum && isAmong(one.approvers, other.approvers);
}

/** Whether all of these approvers are among others. */
export function isAmong(some: Approvers, others: Approvers): boolean {
  if (others === undefined) return true;
  if (some === undefined) return false;
  const { users = [], groups = [] } = others;
  return (
    (some.users ?? []).every((user) => users.includes(user)) &&
    (some.groups ?? []).every((group) => groups.includes(group))
  );
}
