/**
 * Ends what the gate has started when the gate itself cannot any more, because it was killed. Node cannot ask the kernel for that
 * (PR_SET_PDEATHSIG), and macOS has nothing of the kind; but everywhere the end of a pipe closes with the process that holds it. A shell of
 * its own waits for that, with a list of the process groups to end. It is nobody's child (its parent exits at once) and leads a session
 * of its own, so that neither Ctrl-C nor whoever kills the gate with its group reaches it.
 */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Servers have seen the end of their input by then; whoever minds neither that nor SIGTERM gets SIGKILL, after a second each (MCP, stdio
 * transport, Shutdown). `read` alone fails on half of a line, so half of a number is never taken for one.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM
{
  groups=
  while read -r change group; do
    case $change in
      +) groups="$groups $group" ;;
      -) rest=; for one in $groups; do [ "$one" = "$group" ] || rest="$rest $one"; done; groups=$rest ;;
    esac
  done
  send() { for one in $groups; do kill -s "$1" -- "-$one"; done; }
  alive() { for one in $groups; do kill -s 0 -- "-$one" && return 0; done; return 1; }
  gone() { for _ in 1 2 3 4 5; do alive || return 0; sleep 0.2 || sleep 1; done; return 1; }
  gone || { send TERM; gone; } || send KILL
} <&3 3<&- >/dev/null 2>&1 &
`;

export class GroupWatcher {
  readonly #groups = new Set<number>();
  #pipe: Socket | undefined = undefined;

  /** From here on this process group ends with the gate. Call `prepare` before it is started. */
  add(group: number): void {
    this.#groups.add(group);
    this.#pipe?.write(`+ ${group}\n`);
  }

  /** Nothing of the group is left, and its number may become somebody else's. */
  delete(group: number): void {
    if (this.#groups.delete(group)) this.#pipe?.write(`- ${group}\n`);
  }

  /** Starts the shell where there is none, so that there is no time in which a group runs unwatched. */
  prepare(): void {
    // Windows has no process groups, and no shell to wait in.
    if (this.#pipe !== undefined || process.platform === 'win32') return;
    const pipe = startShell();
    if (pipe === undefined) return;
    const lost = (): void => {
      // The next one is told of all groups.
      if (this.#pipe === pipe) this.#pipe = undefined;
    };
    pipe.on('error', lost);
    pipe.once('close', lost);
    this.#pipe = pipe;
    for (const group of this.#groups) pipe.write(`+ ${group}\n`);
  }
}

/** Undefined where there is none: servers get what they always had then, the end of their input. */
function startShell(): Socket | undefined {
  try {
    const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sallyport-watcher'], {
      // Not its standard input: Node closes that when the process has ended that it knows, which is at once.
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      detached: true,
      // It holds nothing of ours but the pipe: no directory, and no secret of the environment.
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    });
    // Its pipe closes as well, and says all there is to know.
    shell.once('error', () => {});
    shell.unref();
    const pipe = shell.stdio[3] as Socket | undefined;
    pipe?.unref();
    return pipe;
  } catch {
    return undefined;
  }
}
