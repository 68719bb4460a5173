/** An argument that is SQL: what its statements may do, and to which tables. */
import * as z from 'zod';
import { SQL_KINDS } from '../../../inspect/sql/kinds.ts';
import type { ArgumentType } from './argument-type.ts';

/** One to three parts with dots between, each of anything but dots, quotes and brackets, as it is without them. */
const TABLE = /^[^.\p{Cc}"'`[\]]+(\.[^.\p{Cc}"'`[\]]+){0,2}$/u;
const FUNCTION = /^[a-z_][a-z0-9_]*$/;

export const sql = {
  what: 'sql, one statement or more of SQL',
  fields: {
    statements: z
      .array(z.enum(SQL_KINDS))
      .min(1)
      .max(SQL_KINDS.length)
      .optional()
      .describe(
        'Of the type sql: the kinds of statements that are allowed, by everything that they do: a query that deletes in a WITH is select and delete. select is all that only reads (also WITH, VALUES, SHOW, DESCRIBE, EXPLAIN), update also a lock and an insert that replaces, call procedures and blocks, set settings, file whatever reads or writes files. Default: select.',
      ),
    tables: z
      .array(
        z
          .string()
          .max(256)
          .regex(
            TABLE,
            'is not the name of a table: one to three parts with "." between, no quotes; write for example orders or sales.*',
          ),
      )
      .min(1)
      .max(256)
      .optional()
      .describe(
        'Of the type sql: the tables that statements may name; in each part * stands for any characters. A name without a schema stands also for that table in public, dbo and main. Case does not matter. 1 to 256 entries of at most 256 characters. Default: every table.',
      ),
    functions: z
      .array(
        z
          .string()
          .max(128)
          .regex(FUNCTION, 'is not the name of a function: lower case, without schema; write for example nextval'),
      )
      .min(1)
      .max(64)
      .optional()
      .describe(
        'Of the type sql: functions that may be called although they do more than compute, such as nextval. 1 to 64 entries of at most 128 characters. Default: none.',
      ),
    multiple: z
      .boolean()
      .optional()
      .describe('Of the type sql: whether more than one statement may be sent in a call. Default: false.'),
  },
  required: [],
} satisfies ArgumentType;
