/** Code of interpreters on the command line (`python -c`, `perl -e`, `awk`, PowerShell), told by the functions it calls. */
import type { ShellProblem } from './call.ts';

const OPENS =
  /\b(?:socket|fsockopen|TCPSocket|IO::Socket|inet\/tcp|net\.connect|Socket::INET|TCPClient|Net\.Sockets)\b/i;
const STARTS =
  /\b(?:dup2|pty|popen|subprocess|exec[lv]?e?|system|spawn|child_process|shell_exec|proc_open|cmd\.exe|iex)\b|\/bin\/(?:ba)?sh|\bsh -i\b|inet\/tcp/i;
const EVALUATES = /\b(?:exec|eval|system|compile|iex|invoke-expression|Function|instance_eval|assert)\b/i;
const FETCHES =
  /\b(?:urlopen|urlretrieve|requests\.get|httpx\.get|open-uri|Net::HTTP|LWP::|http\.get|https\.get|fetch|DownloadString|DownloadFile|Invoke-WebRequest|Invoke-RestMethod|iwr|irm|Net\.WebClient|file_get_contents\(["']https?)\b/i;
const DECODES =
  /\b(?:b64decode|b32decode|unhexlify|fromhex|base64_decode|decode_base64|MIME::Base64|FromBase64String|atob|str_rot13|gzinflate|unpack)\b|Buffer\.from\([^)]{0,65536}(?:base64|hex)|\.decode\(["'](?:base64|hex|rot)/i;

/** Linear in the length: each is one search. */
export function codeProblem(text: string): ShellProblem | undefined {
  if (OPENS.test(text) && STARTS.test(text)) return 'reverse-shell';
  if (!EVALUATES.test(text)) return undefined;
  if (FETCHES.test(text)) return 'runs-download';
  return DECODES.test(text) ? 'runs-decoded' : undefined;
}

const MOST = 16;
const NAMES =
  'system|popen|exec(?:ute|Sync|File|FileSync|[lv]p?e?)?|shell_exec|passthru|spawn(?:Sync|[lv]p?e?)?|run|call|check_call|check_output|getoutput';
const CONSTANT = '(?:"([^"\\n]{1,4096})"|\'([^\'\\n]{1,4096})\'|`([^`\\n]{1,4096})`)';
/** A list begins with the program. */
const RUNS_TEXT = new RegExp(`\\b(?:${NAMES})\\s{0,4}\\(\\s{0,4}\\[?\\s{0,4}${CONSTANT}`, 'g');
/** In Perl, Ruby and PHP parentheses may be left out, and ticks run what is between them. */
const RUNS_LOOSELY = new RegExp(
  `\\b(?:system|exec|spawn)\\s{0,4}[([]{0,2}\\s{0,4}${CONSTANT}|\`([^\`]{1,4096})\`|%x[{([]([^\\n})\\]]{1,4096})|\\bqx\\s{0,4}[/{(]([^\\n/})]{1,4096})`,
  'g',
);
const LOOSE = /^(?:perl|ruby|php|irb)/;

/** Constants that the code gives a shell: `os.system("…")`. `name`: the interpreter, as it is called. */
export function commandsIn(text: string, name: string): string[] {
  const commands: string[] = [];
  for (const runs of LOOSE.test(name) ? [RUNS_TEXT, RUNS_LOOSELY] : [RUNS_TEXT]) {
    for (const [, ...groups] of text.matchAll(runs)) {
      if (commands.length >= MOST) break;
      commands.push(groups.find((group) => group !== undefined) ?? '');
    }
  }
  return commands;
}
