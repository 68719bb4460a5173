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
const RUNS_TEXT =
  /\b(?:system|popen|exec|execSync|shell_exec|passthru|spawn|spawnSync|run|call|check_call|check_output|getoutput)\s{0,4}\(\s{0,4}(?:"([^"\n]{1,4096})"|'([^'\n]{1,4096})'|`([^`\n]{1,4096})`)/g;

/** Constants that the code gives a shell: `os.system("…")`. */
export function commandsIn(text: string): string[] {
  const commands: string[] = [];
  RUNS_TEXT.lastIndex = 0;
  for (let match = RUNS_TEXT.exec(text); match !== null && commands.length < MOST; match = RUNS_TEXT.exec(text)) {
    commands.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return commands;
}
