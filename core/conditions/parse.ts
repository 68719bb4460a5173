/**
 * CEL as people write it (https://github.com/google/cel-spec), parsed and type-checked into an expression, or what is wrong with it. Only
 * where packs are admitted, linted and compiled: gates get expressions.
 */
import { type ASTNode, Environment, type TypeCheckResult } from '@marcbachmann/cel-js';
import { type Expression, MACROS } from './expression.ts';
import { FUNCTIONS, OWN_FUNCTIONS } from './signatures.ts';
import { whyNotWritten, type Written } from './literals.ts';
import type { Mistake } from './mistake.ts';
import { nearest } from '../nearest.ts';
import { type Subject, VARIABLES, variablesOf } from './variables.ts';

/** Characters. A condition that needs more is several rules. */
export const MAX_TEXT = 1024;
const LIMITS = { maxAstNodes: 256, maxDepth: 32, maxListElements: 64, maxMapEntries: 64, maxCallArguments: 8 };
/** Of macros within macros: each multiplies what an evaluation costs. */
const MAX_NESTED = 2;

/** What an expression has to come to, and the mend of one that comes to something else. */
interface Wanted {
  readonly types: readonly string[];
  readonly mend: string;
}
const TRUE_OR_FALSE: Wanted = {
  types: ['bool', 'dyn'],
  mend: 'write what is true or false, such as a comparison',
};
const NUMBER: Wanted = { types: ['int', 'double', 'dyn'], mend: 'write what is a number, such as arguments.count * 2' };

export function parseCondition(text: string, subject: Subject): Expression | Mistake {
  return parse(text, subject, TRUE_OR_FALSE);
}

/** The same of what comes to a number (amount.ts). */
export function parseAmount(text: string, subject: Subject): Expression | Mistake {
  return parse(text, subject, NUMBER);
}

function parse(text: string, subject: Subject, wanted: Wanted): Expression | Mistake {
  try {
    if (text.length > MAX_TEXT) return mistake(`has more than ${MAX_TEXT} characters`, 'write several rules');
    const parsed = environmentOf(subject).parse(text);
    const expression = new Translation(text, subject).expression(parsed.ast, []);
    const checked = parsed.check();
    if (!checked.valid) return explained(checked.error, text, subject);
    const type = checked.type ?? 'unknown';
    return wanted.types.includes(type) ? expression : mistake(`comes to the type ${type}`, wanted.mend);
  } catch (error) {
    if (error instanceof Wrong) return error.mistake;
    return explained(error as TypeCheckResult['error'], text, subject);
  }
}

export function isMistake(parsed: Expression | Mistake): parsed is Mistake {
  return 'problem' in parsed;
}

function mistake(problem: string, mend: string): Mistake {
  return { problem, mend };
}

class Wrong extends Error {
  readonly mistake: Mistake;

  constructor(problem: string, mend: string) {
    super(problem);
    this.mistake = mistake(problem, mend);
  }
}

const environments = new Map<Subject, Environment>();

/** Made when the first condition is met. */
function environmentOf(subject: Subject): Environment {
  const known = environments.get(subject);
  if (known !== undefined) return known;
  const made = new Environment({ limits: LIMITS });
  for (const name of variablesOf(subject)) {
    const shape = VARIABLES[name]?.shape ?? {};
    if (typeof shape === 'string') made.registerVariable(name, shape);
    else made.registerVariable({ name, schema: { ...shape } });
  }
  for (const signature of OWN_FUNCTIONS) made.registerFunction(signature, () => false);
  environments.set(subject, made);
  return made;
}

const TYPES: ReadonlySet<string> = new Set(['bool', 'int', 'double', 'string', 'list', 'map', 'null_type', 'type']);
const BINARY: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', 'in']);

class Translation {
  readonly #text: string;
  readonly #subject: Subject;
  readonly #written: Written = { instructions: 0 };

  constructor(text: string, subject: Subject) {
    this.#text = text;
    this.#subject = subject;
  }

  /** `scope`: the variables of macros around it. */
  expression(node: ASTNode, scope: readonly string[]): Expression {
    const inner = (one: ASTNode): Expression => this.expression(one, scope);
    switch (node.op) {
      case 'value':
        return this.#literal(node.args, node);
      case 'id':
        return this.#name(node.args, scope, node);
      case '.':
        return ['field', inner(node.args[0]), node.args[1]];
      case '[]':
        return ['call', '[]', node.args.map(inner)];
      case 'list':
        return ['list', node.args.map(inner)];
      case 'map':
        return ['map', node.args.map(([key, value]) => [inner(key), inner(value)] as const)];
      case '?:':
        return ['if', inner(node.args[0]), inner(node.args[1]), inner(node.args[2])];
      case '||':
        return ['or', inner(node.args[0]), inner(node.args[1])];
      case '&&':
        return ['and', inner(node.args[0]), inner(node.args[1])];
      case '!_':
        return ['call', '!', [inner(node.args)]];
      case '-_':
        // The smallest int is one only with its sign.
        if (node.args.op === 'value' && typeof node.args.args === 'bigint') return this.#int(-node.args.args, node);
        return ['call', 'neg', [inner(node.args)]];
      case 'call':
        return this.#call(node.args[0], node.args[1], scope, node);
      case 'rcall':
        return this.#method(node.args[0], node.args[1], node.args[2], scope, node);
      default:
        if (!BINARY.has(node.op)) throw this.#wrong(node, 'is not offered in conditions', 'write it in another way');
        return ['call', node.op, (node.args as readonly ASTNode[]).map(inner)];
    }
  }

  #literal(value: unknown, node: ASTNode): Expression {
    if (typeof value === 'bigint') return this.#int(value, node);
    if (typeof value === 'number') return ['double', value];
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return ['value', value];
    throw this.#wrong(node, 'is of a type that JSON does not have', 'write a string or a plain number');
  }

  #int(value: bigint, node: ASTNode): Expression {
    if (BigInt.asIntN(64, value) === value) return ['int', String(value)];
    throw this.#wrong(node, 'is a whole number of more than 64 bits', 'write a smaller one, or a double such as 1e19');
  }

  #name(name: string, scope: readonly string[], node: ASTNode): Expression {
    if (scope.includes(name)) return ['name', name];
    if (TYPES.has(name)) return ['type', name];
    const known = variablesOf(this.#subject);
    if (known.includes(name)) return ['name', name];
    throw new Wrong(
      `knows no variable "${name}" (character ${node.start + 1})`,
      didYouMean(name, known, `the variables here are ${known.join(', ')}`),
    );
  }

  #call(name: string, args: readonly ASTNode[], scope: readonly string[], node: ASTNode): Expression {
    const [first] = args;
    if (name === 'has' && first?.op === '.') return ['has', this.expression(first.args[0], scope), first.args[1]];
    if (name === 'has') throw this.#wrong(node, 'asks for no field', 'write for example has(arguments.path)');
    return this.#named(
      name,
      args.map((one) => this.expression(one, scope)),
      node,
    );
  }

  #method(
    name: string,
    receiver: ASTNode,
    args: readonly ASTNode[],
    scope: readonly string[],
    node: ASTNode,
  ): Expression {
    if (receiver.op === 'id' && receiver.args === 'cel' && !scope.includes('cel'))
      throw this.#wrong(node, 'is not offered in conditions', 'write the expression out where it is used');
    const of = this.expression(receiver, scope);
    const macro = MACROS.find((one) => one === name);
    if (macro === undefined) return this.#named(name, [of, ...args.map((one) => this.expression(one, scope))], node);
    const [variable, ...bodies] = args;
    if (variable?.op !== 'id' || bodies.length === 0)
      throw this.#wrong(node, 'names no variable', `write for example arguments.items.${name}(item, item.amount > 5)`);
    if (scope.length >= MAX_NESTED)
      throw this.#wrong(node, `is more than ${MAX_NESTED} macros deep`, 'write several rules');
    const inner = [...scope, variable.args];
    return ['each', macro, variable.args, of, bodies.map((one) => this.expression(one, inner))];
  }

  #named(name: string, args: readonly Expression[], node: ASTNode): Expression {
    if (!FUNCTIONS.includes(name)) {
      throw new Wrong(
        `knows no function "${name}" (character ${node.start + 1})`,
        didYouMean(name, FUNCTIONS, `the functions are ${FUNCTIONS.join(', ')}`),
      );
    }
    const fault = whyNotWritten(name, args, this.#written);
    if (fault !== undefined) throw new Wrong(`${fault.problem} (character ${node.start + 1})`, fault.mend);
    return ['call', name, args];
  }

  #wrong(node: ASTNode, problem: string, mend: string): Wrong {
    const part = this.#text.slice(node.start, node.end).slice(0, 60);
    return new Wrong(`has at character ${node.start + 1} "${part}", which ${problem}`, mend);
  }
}

function didYouMean(word: string, known: readonly string[], otherwise: string): string {
  const near = nearest(word, known);
  return near === undefined ? otherwise : `did you mean \`${near}\`?`;
}

const NO_SUCH_KEY = /^No such key: (.+)$/;

/** Of the parser and the type checker: `summary` without the picture of the line, and codes that are documented. */
function explained(error: TypeCheckResult['error'], text: string, subject: Subject): Mistake {
  const { summary = 'cannot be read', range } = error ?? {};
  const said = summary.replaceAll(/[\p{Cc};]/gu, ' ').slice(0, 160);
  const at = range === undefined ? '' : ` (character ${range.start + 1})`;
  const field = NO_SUCH_KEY.exec(summary)?.[1];
  if (field !== undefined && range !== undefined) return unknownField(field, range.start, text, subject);
  return mistake(`is no condition: ${said}${at}`, hint(said));
}

function unknownField(field: string, start: number, text: string, subject: Subject): Mistake {
  const of = /([a-z]+)\s*(?:\.\s*|\[\s*["'])$/.exec(text.slice(0, start))?.[1] ?? '';
  const shape = variablesOf(subject).includes(of) ? VARIABLES[of]?.shape : undefined;
  const known = typeof shape === 'object' ? Object.keys(shape) : [];
  const problem = `reads ${of}.${field} (character ${start + 1}), and there is no such field`;
  return mistake(problem, didYouMean(field, known, `the fields here are ${known.join(', ')}`));
}

function hint(said: string): string {
  if (said.includes('int') && said.includes('double')) return 'write double(…) around the whole number, or 1.0 for 1';
  if (said.startsWith('no such overload')) return 'compare values of one type';
  if (said.startsWith('Exceeded')) return 'write several rules';
  return 'write CEL, for example arguments.amount > 1000';
}
