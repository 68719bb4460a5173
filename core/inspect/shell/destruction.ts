/** Does a call destroy a disk, a file system or everything below a folder that a machine or a home lives on? */
import { type Call, hasOption, operands } from './call.ts';
import { isDevice, isRoot, isSystemFolder } from './files.ts';
import type { Value } from './values.ts';
import { isInterpreter } from './wrappers.ts';

export function isDestructive(call: Call): boolean {
  const { name, argv } = call;
  const files = operands(argv);
  switch (name.startsWith('mkfs') ? 'mkfs' : name) {
    case 'rm':
      return (
        argv.some(({ text }) => text === '--no-preserve-root') ||
        (hasOption(argv, /[rR]/, 'recursive') && files.some(({ text }) => isRoot(text)))
      );
    case 'mkfs':
    case 'mke2fs':
    case 'wipefs':
    case 'shred':
    case 'blkdiscard':
    case 'mkswap':
      return files.some(({ text }) => isDevice(text));
    case 'chmod':
    case 'chown':
    case 'chgrp':
      return (
        (hasOption(argv, /R/, 'recursive') && files.slice(1).some(({ text }) => isSystemFolder(text))) ||
        makesRoot(name, files)
      );
    case 'find':
      return isRoot(argv[1]?.text ?? '') && removes(argv) && !argv.some(({ text }) => FILTER.test(text));
    case 'del':
    case 'erase':
    case 'rd':
    case 'format':
      return (
        argv.some(({ text }) => DRIVE.test(text)) && (name === 'format' || argv.some(({ text }) => /^\/s$/i.test(text)))
      );
    case 'vssadmin':
      return argv[1]?.text.toLowerCase() === 'delete';
    case 'mv':
      return files.length > 1 && files.slice(0, -1).some(({ text }) => isRoot(text));
    case 'kill':
      return argv.at(-1)?.text === '-1' && argv.length > 2;
    default:
      return false;
  }
}

function removes(argv: readonly Value[]): boolean {
  return argv.some(({ text }, at) => text === '-delete' || (text === '-exec' && argv[at + 1]?.text === 'rm'));
}

const FILTER = /^-(?:i?name|i?path|i?regex|type|[amc]time|[amc]min|size|user|group|perm|empty|newer)/;
const DRIVE = /^[A-Za-z]:[\\/]?\*?$/;

/** A shell that anybody may start as its owner. */
function makesRoot(name: string, [mode, ...files]: readonly Value[]): boolean {
  return (
    name === 'chmod' &&
    mode !== undefined &&
    /^[ugoa]*\+[rwxX]*s|^0?[4267][0-7]{3}$/.test(mode.text) &&
    files.some(({ text }) => isInterpreter(text.slice(text.lastIndexOf('/') + 1)))
  );
}
