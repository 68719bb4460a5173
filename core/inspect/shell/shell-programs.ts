/** The programs a command line may start, made ready once for all that are held against them. */
import { UNKNOWN } from './values.ts';

const NAMED = 10;

export class ShellPrograms {
  /** For sentences. */
  readonly named: string;
  readonly #patterns: readonly RegExp[];

  /** `patterns` are names (`git`), or paths (`./gradlew`), with `*` for any characters but a slash. */
  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.map(toExpression);
    this.named =
      patterns.length === 0 ? 'none' : patterns.slice(0, NAMED).join(', ') + (patterns.length > NAMED ? ', …' : '');
  }

  /** Undefined for one that may be started. */
  judge(program: string): 'program' | 'unknown-program' | undefined {
    if (HARMLESS.has(program)) return undefined;
    if (program.includes(UNKNOWN)) return 'unknown-program';
    // A folder that anybody may write to makes another program of it.
    const name = program.replace(STANDARD_FOLDER, '').replace(/^\\/, '');
    return this.#patterns.some((pattern) => pattern.test(name)) ? undefined : 'program';
  }

  /** Variables by which an allowed program is made to start another. */
  isLoader(variable: string): boolean {
    return LOADERS.test(variable);
  }
}

function toExpression(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
      .join('[^/]*')}$`,
  );
}

const STANDARD_FOLDER = /^\/(?:usr\/(?:local\/)?)?s?bin\/(?=[^/]+$)/;
/** Built into the shell, and start nothing. */
const HARMLESS = new Set([
  '',
  ':',
  '[',
  'break',
  'cd',
  'continue',
  'declare',
  'dirs',
  'echo',
  'exit',
  'export',
  'false',
  'getopts',
  'let',
  'local',
  'popd',
  'printf',
  'pushd',
  'pwd',
  'read',
  'readonly',
  'return',
  'set',
  'shift',
  'shopt',
  'test',
  'times',
  'true',
  'type',
  'typeset',
  'ulimit',
  'umask',
  'unset',
  'wait',
]);
const LOADERS =
  /^(?:LD_|DYLD_|BASH_ENV$|BASH_FUNC|ENV$|PATH$|IFS$|SHELLOPTS$|PS[0-4]$|PROMPT_COMMAND$|GIT_(?:SSH|ASKPASS|EDITOR|SEQUENCE_EDITOR|PAGER|EXTERNAL_DIFF|PROXY_COMMAND|EXEC_PATH|CONFIG|TEMPLATE_DIR|DIR|WORK_TREE|COMMON_DIR|ALLOW_PROTOCOL|PROTOCOL_FROM_USER|TRACE|ATTR)|SSH_ASKPASS$|PAGER$|MANPAGER$|EDITOR$|VISUAL$|BROWSER$|PYTHON(?:STARTUP|PATH|HOME|INSPECT)|PERL5|RUBY(?:OPT|LIB)|NODE_(?:OPTIONS|PATH)|JAVA_TOOL_OPTIONS$|_JAVA_OPTIONS$|LESSOPEN$|RUSTC|CARGO_|npm_config_|MAKEFLAGS$|CC$|CXX$)/;
