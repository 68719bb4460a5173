/** AuditWitnessed: does what the gates of the server show of their audit logs go on from what was cosigned before? */
import { type Entry, originIn } from '../../witness/entry.ts';
import { no, someOf, type Verdict, yes } from '../verdict.ts';

/** Undefined where no gate has shown any. Says nothing that changes with each checkpoint. */
export function auditWitnessed(entries: readonly Entry[]): Verdict | undefined {
  if (entries.length === 0) return undefined;
  const forked = entries.filter(({ fork }) => fork !== undefined);
  const [first] = forked;
  if (first?.fork === undefined) return yes('Witnessed', 'checkpoints of the audit logs of its gates are cosigned');
  const pods = someOf([...new Set(forked.map(({ fork, pod }) => fork?.pod ?? pod))].sort(), 3);
  return no(
    'Forked',
    `Not cosigned is what pod ${pods} has shown of its audit log (${originIn(first)}, ${first.fork.size} lines, ${first.fork.time}): ${first.fork.why}. The log was written anew, or somebody signs in the name of the gate. To compare it with what was cosigned: sallyport audit witnessed --server ${first.server}, then audit verify --witnessed.`,
  );
}
