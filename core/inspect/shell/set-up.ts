/** Lines that people add to the start-up file of their shell, as tools document it. */

/** `text` is what is appended to `path`; lines that do something else than set up the shell are not harmless. */
export function isHarmlessSetUp(text: string | undefined, path: string): boolean {
  if (text === undefined || SUSPICIOUS.test(text)) return false;
  if (OF_SSH.test(path)) return !RUNS_A_PROGRAM.test(text);
  if (!OF_A_SHELL.test(path)) return false;
  return text.split('\n').every((line) => LINE.test(line.trim()) && !GUARDED_ALIAS.test(line));
}

const OF_A_SHELL =
  /\.(?:bash_profile|bash_login|bashrc|bash_aliases|profile|zshrc|zshenv|zprofile|kshrc|cshrc|tcshrc)$|config\.fish$|^\/etc\/(?:environment$|profile\.d\/[^/]+\.sh$)/;
const OF_SSH = /\.ssh\/config$/;
const RUNS_A_PROGRAM = /ProxyCommand|LocalCommand|KnownHostsCommand|\bMatch\b|\bInclude\b/i;
/** A file for each who adds something: written, not appended to. */
const ONE_EACH = /^\/etc\/profile\.d\//;

export function isOneEach(path: string): boolean {
  return ONE_EACH.test(path);
}

const SUSPICIOUS =
  /\b(?:curl|wget|nc|ncat|socat|base64|xxd|openssl|python[0-9.]*|perl|ruby|php|LD_PRELOAD|PROMPT_COMMAND|BASH_ENV)\b|\/dev\/(?:tcp|udp)|\/tmp\/|\/dev\/shm/;
/** Nothing, a comment, a variable, a folder of programs, an alias, what a tool prints or has in a file, an option of the shell. */
const LINE =
  /^$|^#|^(?:export|typeset|declare|setenv|set -gx)\s+[\w:]+[= ]|^[A-Za-z_]\w*=|^(?:path\+=|fpath\+=|fish_add_path\s)|^alias\s+[\w.-]+=|^eval\s+"?\$\([\w./-]+(?:\s+[\w./=:@-]+)*\)"?$|^(?:source|\.)\s+(?:<\([\w./-]+(?:\s+[\w./=:@-]+)*\)|["']?[\w./~$\ufffc{}-]+["']?)$|^\[\[?\s.{1,128}\s\]\]?\s*&&\s*(?:source|\.|\\\.)\s+["']?[\w./~$\ufffc{}-]+["']?|^[\w.-]+\s+(?:init|hook|completions?|shellenv|activate)\s+[\w -]*\|\s*source$|^(?:autoload|compinit|complete|compdef|bindkey|setopt|unsetopt|shopt|set|umask|zstyle|plugins=)\b/;
/** What asks for a password, or is typed without looking. */
const GUARDED_ALIAS = /^\s*alias\s+(?:sudo|su|doas|ssh|passwd|login|cd|ls|cat|git|kubectl|gpg)=/;
