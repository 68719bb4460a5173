/**
 * Goes through the syntax tree of a command line the way a shell would: what runs, with which words, fed by what. Text that is code to a
 * program (`sh -c`, `eval`, `echo … | sh`) is parsed and gone through as well. Nothing is run and no file is looked at.
 */
import {
  type Command,
  forEachChild,
  type Function as ShellFunction,
  parse,
  type Pipeline,
  type Redirection,
  type Script,
  type Statement,
  type SyntaxNode,
} from 'unbash';
import type { Span } from '../finding.ts';
import { asCode, evaluatedBy, evaluatedIn, holdsCode, isCommandLine } from './builtins.ts';
import type { Call, ProgramUse, ShellProblem } from './call.ts';
import { problemOf } from './checks.ts';
import { commandsIn } from './code-text.ts';
import { Downloads } from './downloads.ts';
import { Environment } from './environment.ts';
import { expand, type Scope, wordsOf } from './expand.ts';
import { type Redirections, redirectionsOf } from './redirections.ts';
import { commandsByOption } from './option-commands.ts';
import { outputOf, readsScript } from './output.ts';
import { isKnown, joined, known, NOTHING, type Origin, passedOn, SOMETHING, type Value } from './values.ts';
import { Variables } from './variables.ts';
import { calledName, codeArgument, isInterpreter, isShell, splitString, unwrap } from './wrappers.ts';

/** Code in code in code: more is nobody's command. */
const DEEPEST = 8;
/** Substitution in substitution: each layer is parsed again. */
const DEEPEST_SUBSTITUTION = 16;
/** The parser goes to 256 for what has an end, and beyond it for `coproc coproc …`. */
const DEEPEST_TREE = 1024;
const MOST_STEPS = 10_000;
/** Words cost less than commands. */
const WORDS_A_STEP = 4;

export class ShellWalk implements Scope {
  readonly programs: ProgramUse[] = [];
  readonly #environment = new Environment();
  problem: { readonly problem: ShellProblem; readonly span: Span } | undefined = undefined;
  unparsable = false;
  steps = 0;
  readonly #functions = new Set<string>();
  readonly #variables = new Variables();
  readonly #downloads = new Downloads();
  /** Of the text that is code: what it may be gone through, and put in, in characters. */
  #left: number;
  #depth = 0;
  #substitutions = 0;
  #level = 0;
  /** Where the outermost code stands in the value. */
  #frame: Span | undefined = undefined;
  #inside: string | undefined = undefined;

  constructor(source: string) {
    this.#left = 4 * source.length + 4096;
    this.#parse(source, undefined);
  }

  get environment(): readonly ProgramUse[] {
    return this.#environment.uses;
  }

  constant(name: string): string | undefined {
    const text = this.#variables.text(name);
    this.#left -= text?.length ?? 0;
    return this.#left < 0 ? undefined : text;
  }

  origin(name: string): Origin {
    return this.#variables.origin(name);
  }

  substitute(script: Script): Origin {
    if (this.#substitutions >= DEEPEST_SUBSTITUTION) {
      this.#report('too-complex', script);
      return SOMETHING;
    }
    this.#substitutions++;
    const out = this.#visit(script, undefined);
    this.#substitutions--;
    return out;
  }

  look(node: SyntaxNode): void {
    forEachChild(node, (child) => {
      this.#visit(child, undefined);
    });
  }

  #parse(source: string, input: Origin | undefined): Origin {
    let script;
    try {
      script = parse(source);
    } catch {
      // Nested deeper than the parser's own recursion goes.
      this.unparsable = true;
      return SOMETHING;
    }
    if (script.errors !== undefined && script.errors.length > 0) this.unparsable = true;
    return this.#visit(script, input);
  }

  #visit(node: SyntaxNode, input: Origin | undefined): Origin {
    if (this.#isOver(1, node)) return SOMETHING;
    this.#level++;
    const out = this.#enter(node, input);
    this.#level--;
    return out;
  }

  #enter(node: SyntaxNode, input: Origin | undefined): Origin {
    this.#evaluate(evaluatedIn(node, this), node);
    switch (node.type) {
      case 'Word':
        expand(node, this);
        return NOTHING;
      case 'Command':
        return this.#command(node, input);
      case 'Pipeline':
        return this.#pipeline(node, input);
      case 'Function':
        return this.#function(node);
      case 'Statement':
        return this.#statement(node, input);
      case 'Redirected':
        return this.#redirected(node.command, node.redirects, input);
      default: {
        let out = NOTHING;
        if (node.type === 'For' || node.type === 'Select') this.#sets(node.name.value, node);
        forEachChild(node, (child) => {
          out = joined(out, this.#visit(child, input));
        });
        return out;
      }
    }
  }

  #isOver(steps: number, node: SyntaxNode): boolean {
    this.steps += steps;
    if (this.steps <= MOST_STEPS && this.#level <= DEEPEST_TREE) return false;
    this.#report('too-complex', node);
    return true;
  }

  #statement(node: Statement, input: Origin | undefined): Origin {
    if (node.background === true && this.#callsItself(node.command)) this.#report('fork-bomb', node);
    return this.#visit(node.command, input);
  }

  #pipeline(node: Pipeline, input: Origin | undefined): Origin {
    if (node.commands.filter((stage) => this.#callsItself(stage)).length > 1) this.#report('fork-bomb', node);
    let flow = input;
    for (const stage of node.commands) {
      const out = this.#visit(stage, flow);
      flow = flow === undefined ? out : passedOn(flow, out);
    }
    return flow ?? SOMETHING;
  }

  #callsItself(node: SyntaxNode): boolean {
    if (node.type !== 'Command' || node.name === undefined) return false;
    return node.name.value === this.#inside || node.name.text === '$0' || node.name.text === './$0';
  }

  #function(node: ShellFunction): Origin {
    const outside = this.#inside;
    this.#functions.add(node.name.value);
    this.#inside = node.name.value;
    this.#visit(node.body, undefined);
    this.#inside = outside;
    return NOTHING;
  }

  #redirected(command: SyntaxNode, redirects: readonly Redirection[], input: Origin | undefined): Origin {
    const { written, read, input: redirected } = redirectionsOf(redirects, input, this);
    const out = this.#visit(command, redirected);
    const argv = [{ text: '', from: out, isFile: false }];
    this.#check({ name: '', argv, input: out, written, read, ...this.#spanOf(command) });
    return out;
  }

  #command(node: Command, input: Origin | undefined): Origin {
    const redirections = redirectionsOf(node.redirects, input, this);
    const argv = node.name === undefined ? [] : wordsOf(node, this);
    for (const item of node.prefix) if (item.type === 'Assignment') this.#assign(item, argv.length === 0, node);
    if (argv.length > 0) return this.#run(argv, redirections, node);
    this.#check({ name: '', argv: [known('')], ...redirections, ...this.#spanOf(node) });
    return NOTHING;
  }

  #assign(item: Extract<Command['prefix'][number], { type: 'Assignment' }>, stays: boolean, node: Command): void {
    this.#environment.assign(item.name, stays, this.#spanOf(node));
    if (item.value.type !== 'Word') {
      for (const element of item.value.elements) expand(element, this);
      return;
    }
    const value = expand(item.value, this);
    // Arithmetic and `${x@P}` evaluate it once more, somewhere behind.
    if (holdsCode(value.text)) this.#evaluate([value.text], node);
    if (isCommandLine(item.name)) this.#code(value, undefined, node);
    if (stays) this.#variables.set(item.name, item.append === true || item.index !== undefined ? undefined : value);
  }

  #run(argv: readonly Value[], redirections: Redirections, node: SyntaxNode): Origin {
    if (this.#isOver(1 + Math.floor(argv.length / WORDS_A_STEP), node)) return SOMETHING;
    const [first] = argv as [Value];
    const call: Call = { name: calledName(first.text), argv, ...redirections, ...this.#spanOf(node) };
    if (!this.#functions.has(first.text)) this.programs.push({ text: first.text, span: this.#spanOf(node) });
    this.#environment.run(call.name, argv, this.#spanOf(node));
    for (const line of commandsByOption(call.name, argv)) this.#code(known(line), undefined, node);
    this.#evaluate(evaluatedBy(call.name, argv), node);
    this.#judgeCode(first.from, node);
    const split = splitString(call.name, argv);
    if (split !== undefined) return this.#code(known(split), redirections.input, node);
    const inner = this.#depth < DEEPEST ? unwrap(call.name, argv) : [];
    if (inner.length > 0) {
      this.#depth++;
      let out = NOTHING;
      for (const command of inner) out = joined(out, this.#run(command, redirections, node));
      this.#depth--;
      if (call.name === 'find') this.#check(call);
      return out;
    }
    const out = this.#runsCode(call, node);
    this.#check(call);
    return out ?? outputOf(call);
  }

  /** What it prints, where it is code in the arguments or from standard input. */
  #runsCode(call: Call, node: SyntaxNode): Origin | undefined {
    const { name, argv, input } = call;
    const code = codeArgument(name, argv);
    if (code !== undefined) {
      // What only the running shell knows may be anything. What a program prints about itself is how tools are set up.
      if (name === 'eval' && !isKnown(code) && code.from === NOTHING) this.#report('eval', node);
      return this.#code(code, input, node);
    }
    const isSource = name === 'source' || name === '.';
    if (!isInterpreter(name) && !isSource && !BECOMES_SHELL.has(name)) return undefined;
    // Inline code, a script from `<(…)`: of any interpreter.
    for (const { text, from } of argv.slice(1)) {
      this.#judgeCode(from, node);
      if (!isShell(name)) for (const command of commandsIn(text, name)) this.#code(known(command), undefined, node);
    }
    if (!readsScript(argv) || (isSource && argv[1]?.text !== '/dev/stdin')) return undefined;
    if (input === undefined) return isShell(name) ? { ...SOMETHING, shell: true } : undefined;
    this.#judgeCode(input, node);
    if (input.text !== undefined && (isShell(name) || isSource)) return this.#code(known(input.text), undefined, node);
    return { ...SOMETHING, shell: isShell(name) };
  }

  #code(code: Value, input: Origin | undefined, node: SyntaxNode): Origin {
    this.#judgeCode(code.from, node);
    this.#left -= code.text.length;
    if (this.#depth >= DEEPEST || this.#left < 0) {
      this.#report('too-complex', node);
      return SOMETHING;
    }
    const frame = this.#frame;
    this.#frame ??= this.#spanOf(node);
    this.#depth++;
    const out = this.#parse(code.text, input);
    this.#depth--;
    this.#frame = frame;
    return out;
  }

  #evaluate(texts: readonly string[], node: SyntaxNode): void {
    for (const text of texts) this.#code(known(asCode(text)), undefined, node);
  }

  #sets(variable: string, node: SyntaxNode): void {
    this.#variables.set(variable, undefined);
    this.#environment.assign(variable, true, this.#spanOf(node));
  }

  #judgeCode({ fetched, decoded }: Origin, node: SyntaxNode): void {
    if (fetched || decoded) this.#report(fetched ? 'runs-download' : 'runs-decoded', node);
  }

  #check(call: Call): void {
    const problem = problemOf(call) ?? (this.#downloads.runs(call) ? 'runs-download' : undefined);
    if (problem !== undefined) this.problem ??= { problem, span: { start: call.start, end: call.end } };
  }

  #report(problem: ShellProblem, node: SyntaxNode): void {
    this.problem ??= { problem, span: this.#spanOf(node) };
  }

  #spanOf({ pos, end }: SyntaxNode): Span {
    return this.#frame ?? { start: pos, end };
  }
}

const BECOMES_SHELL = new Set(['sudo', 'su', 'doas']);
