/** Where the approvals of a running gate are decided on: one Unix socket for each process. */
import { basename, join } from 'node:path';
import { UserError } from './errors.ts';

/** The system takes no longer path for a socket (sockaddr_un: 108 bytes on Linux, 104 on macOS). */
const MAX_SOCKET_PATH = 103;

export function gateSocket(directory: string, name: string, pid: number): string {
  const suffix = `-${pid}.sock`;
  const room = MAX_SOCKET_PATH - Buffer.byteLength(join(directory, suffix));
  if (room < 1) {
    throw new UserError(`the path ${directory} is too long for a socket`, 'set SALLYPORT_RUNTIME_DIR to a shorter one');
  }
  // The room is one of bytes, and a name that was given on the command line may have others than ASCII.
  const short = Buffer.from(basename(name)).subarray(0, room).toString('utf8').replaceAll('\ufffd', '');
  return join(directory, `${short}${suffix}`);
}
