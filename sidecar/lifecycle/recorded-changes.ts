/** What changes about a gate while it runs goes on record: which policy is in force, and whose tokens count. */
import type { GateNote } from '../../core/audit/gate-record.ts';
import type { HaltNote, PackNote } from '../../core/audit/policy-note.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { BundleHalt } from '../../core/policy/rules/halt.ts';
import type { AuditSink } from '../audit/sink.ts';

type Notes = Pick<AuditSink, 'note'>;

/** Keeps what happens before there is a log: a gate whose policy cannot be had at all begins none. */
export class EarlyNotes implements Notes {
  #audit: Notes | undefined = undefined;
  #held: GateNote[] = [];

  note(note: GateNote): void {
    if (this.#audit === undefined) this.#held.push(note);
    else this.#audit.note(note);
  }

  goTo(audit: Notes): void {
    this.#audit = audit;
    for (const note of this.#held.splice(0)) audit.note(note);
  }
}

export class PolicyRecord {
  readonly #audit: Notes;
  #revision: string | null = null;
  #packs: readonly PackNote[] = [];
  #problem: string | undefined = undefined;

  constructor(audit: Notes) {
    this.#audit = audit;
  }

  /** From the next call on this one decides. Told again of the same one, when what could not be taken is gone, it says so too. */
  taken({ revision, bundle }: Pick<Policy, 'revision' | 'bundle'>): void {
    if (revision === this.#revision && this.#problem === undefined) return;
    const previous = this.#revision;
    this.#revision = revision;
    this.#problem = undefined;
    this.#packs = bundle.packs.map(({ halt, mode, ref }) => ({ halt: halt && haltNoteOf(halt), mode, ref }));
    this.#audit.note({ event: 'policy', packs: this.#packs, previous, revision, state: 'Enforced' });
  }

  /** What was found is not in force; the one before stays. */
  refused(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    const revision = this.#revision;
    this.#audit.note({ event: 'policy', packs: this.#packs, previous: revision, problem, revision, state: 'Refused' });
  }
}

function haltNoteOf({ principals, ...halt }: BundleHalt): HaltNote {
  if (principals === null) return { ...halt, principals };
  const { names, groups, issuers = [], scopes = [] } = principals;
  return { ...halt, principals: [...names, ...groups, ...issuers, ...scopes] };
}

export class IdentityRecord {
  readonly #audit: Notes;
  #known: ReadonlyMap<string, string> = new Map();
  #problems = '';

  constructor(audit: Notes) {
    this.#audit = audit;
  }

  /** All clients whose tokens count from now on. `problems`: sentences about the others, which never say what a value is. */
  read(known: ReadonlyMap<string, string>, problems: readonly string[]): void {
    const before = this.#known;
    const granted = [...known.keys()].filter((name) => !before.has(name));
    const revoked = [...before.keys()].filter((name) => !known.has(name));
    const changed = [...known].flatMap(([name, print]) => {
      const was = before.get(name);
      return was === undefined || was === print ? [] : [name];
    });
    const said = problems.join('\n');
    const isSame = granted.length + revoked.length + changed.length === 0 && said === this.#problems;
    this.#known = known;
    this.#problems = said;
    if (!isSame) this.#audit.note({ event: 'identity', changed, count: known.size, granted, problems, revoked });
  }
}

/** Of tokens that issuers have signed and that are taken back: the names of the entries that say so. */
export class RevocationRecord {
  readonly #audit: Notes;
  #said = JSON.stringify([[], []]);

  constructor(audit: Notes) {
    this.#audit = audit;
  }

  /** All entries that are in force from now on, sorted. `problems`: sentences about entries, which never say what a value is. */
  read(entries: readonly string[], problems: readonly string[]): void {
    const said = JSON.stringify([entries, problems]);
    if (said === this.#said) return;
    this.#said = said;
    this.#audit.note({ event: 'revocations', entries, problems });
  }
}
