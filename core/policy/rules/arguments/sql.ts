/** The check of an argument that is SQL, or a list of such. */
import * as z from 'zod';
import { judgeSql, readSql, type SqlSettings } from '../../../inspect/sql.ts';
import { SQL_KINDS } from '../../../inspect/sql/kinds.ts';
import { TablePatterns } from '../../../inspect/sql/table-patterns.ts';
import { strings } from '../field.ts';
import type { ArgumentType } from './argument-type.ts';
import { TextArgument } from './text-argument.ts';

const schema = z.strictObject({
  type: z.literal('sql'),
  statements: z.array(z.enum(SQL_KINDS)).readonly(),
  /** null: every table. */
  tables: strings.nullable(),
  functions: strings,
  multiple: z.boolean(),
});

export const sqlArgument: ArgumentType<typeof schema> = {
  schema,
  compile: ({ statements = ['select'], tables, functions = [], multiple = false }) => ({
    type: 'sql',
    statements: statements.toSorted(),
    tables: tables?.toSorted() ?? null,
    functions: functions.toSorted(),
    multiple,
  }),
  prepare: ({ statements, tables, functions, multiple }) => {
    const settings: SqlSettings = {
      kinds: new Set(statements),
      several: multiple ? 'yes' : 'no',
      tables: tables === null ? undefined : new TablePatterns(tables),
      functions: new Set(functions),
    };
    return new TextArgument({
      one: 'SQL',
      many: 'statements of SQL',
      read: readSql,
      // To hold a name against a pattern takes as long as a few characters.
      workOf: ({ names }) => 1 + names * 4 * (tables?.length ?? 0),
      judge: (reading) => judgeSql(reading, settings),
    });
  },
};
