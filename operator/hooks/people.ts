/**
 * Who is who: the people whose votes may come in here, with their names and groups in Kubernetes and their ids elsewhere. The chart writes the
 * table, and from the same values the names that this process may speak for.
 */
import * as z from 'zod';

/** What a header can carry as it is, and no name of Kubernetes' own: those are no people. */
const NAME = /^(?!system:)[!-~]([ -~]{0,251}[!-~])?$/;
const NO_NAME =
  'is no name of a user or group here: printable ASCII, not of Kubernetes itself (system:…); write for example ada@example.com';
const nameSchema = z.string().regex(NAME, NO_NAME);

const personSchema = z.strictObject({
  /** As the API server knows this person. */
  user: nameSchema,
  /** Those of the person's groups that votes are counted by. */
  groups: z.array(nameSchema).max(32).default([]),
  /** Id of the person in Slack. */
  slack: z
    .string()
    .regex(
      /^[UW][A-Z0-9]{2,30}$/,
      "is no id of a Slack user; it is in the person's profile, under Copy member ID: U012AB3CD",
    )
    .optional(),
});

/** One entry each: who has two ids or two sets of groups would be two people. */
export const peopleSchema = z
  .array(personSchema)
  .max(1000)
  .superRefine((people, ctx) => {
    for (const field of ['user', 'slack'] as const) {
      const seen = new Set<string>();
      for (const [i, person] of people.entries()) {
        const value = person[field];
        if (value === undefined) continue;
        if (seen.has(value)) {
          ctx.addIssue({
            code: 'custom',
            path: [i, field],
            message: `is there twice: ${value}; write one entry for each person`,
          });
        }
        seen.add(value);
      }
    }
  });

export type Person = Readonly<z.infer<typeof personSchema>>;

export class People {
  readonly #byUser: ReadonlyMap<string, Person>;
  readonly #bySlack: ReadonlyMap<string, Person>;

  constructor(people: readonly Person[]) {
    this.#byUser = new Map(people.map((person) => [person.user, person]));
    this.#bySlack = new Map(people.flatMap((person) => (person.slack === undefined ? [] : [[person.slack, person]])));
  }

  ofUser(user: string): Person | undefined {
    return this.#byUser.get(user);
  }

  ofSlack(id: string): Person | undefined {
    return this.#bySlack.get(id);
  }
}
