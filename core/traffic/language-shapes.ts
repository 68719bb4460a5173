/** Of a command line its programs, of SQL what its statements do and to which tables; nothing of what either says besides. */
import { readShell } from '../inspect/shell.ts';
import { readSql } from '../inspect/sql.ts';
import { lengthClass } from './classes.ts';
import type { ShellShape, SqlShape } from './shape.ts';

/** A path may say whose program it is. */
const PROGRAM = /^[\w.+-]{1,32}$/;

/** Undefined where it cannot be parsed, or sets what its programs run in. */
export function shapeOfShell(text: string): ShellShape | undefined {
  const { problem, programs, environment, unparsable } = readShell(text);
  if (problem !== undefined || unparsable || environment.length > 0 || programs.length === 0) return undefined;
  const names = [...new Set(programs.map((program) => program.text))].toSorted();
  if (!names.every((name) => PROGRAM.test(name))) return undefined;
  return { is: 'shell', programs: names, chars: lengthClass(text) };
}

const TABLE = /^[A-Za-z_][\w$]{0,63}(\.[A-Za-z_][\w$]{0,63}){0,2}$/;

/** Undefined where databases read different things in it, or it does more than its statements say. */
export function shapeOfSql(text: string): SqlShape | undefined {
  const { problem, readings } = readSql(text);
  const shapes = readings.map(({ statements, unclosed }) => {
    if (
      unclosed ||
      statements.length !== 1 ||
      statements.some(({ acting, unseen, kinds }) => acting.length > 0 || unseen || kinds.size === 0)
    )
      return undefined;
    const kinds = [...new Set(statements.flatMap((one) => [...one.kinds]))].toSorted();
    const tables = [...new Set(statements.flatMap((one) => one.tables.map(({ parts }) => parts.join('.'))))].toSorted();
    return tables.every((table) => TABLE.test(table)) ? { kinds, tables } : undefined;
  });
  const [first, ...others] = shapes;
  if (problem !== undefined || first === undefined) return undefined;
  if (others.some((other) => JSON.stringify(other) !== JSON.stringify(first))) return undefined;
  return { is: 'sql', ...first, chars: lengthClass(text) };
}
