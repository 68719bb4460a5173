/** Does a call show, copy or send what proves who one is? What only uses a key (`ssh -i`), or changes its mode, does not. */
import type { Call } from './call.ts';
import { holdsCredentials, isCredentialFolder } from './files.ts';
import type { Value } from './values.ts';

const READERS = new Set(
  (
    'cat tac less more head tail nl od xxd hexdump strings base64 base32 grep egrep rg awk gawk sed cut sort cp ' +
    'mv scp rsync tar zip 7z gzip dd tee curl wget nc ncat python perl ruby node php vim vi nano view bat diff ' +
    'openssl ln jq source . paste xargs find gpg mail socat rclone sftp ftp fold rev pr uniq split iconv'
  ).split(' '),
);

export function readsCredentials({ name, argv, read }: Call): boolean {
  if (read.some(({ text }) => holdsCredentials(text))) return true;
  if (!READERS.has(name) && !READERS.has(name.replace(VERSION, ''))) return false;
  const isCurl = name === 'curl';
  const usesKey = isCurl ? CURL_KEY : SSH_KEY;
  const takesFolders = COPIERS.has(name) || (name === 'find' && argv.some(({ text }) => text === '-exec'));
  for (let at = 1; at < argv.length; at++) {
    const { text } = argv[at] as Value;
    const option = argv[at - 1]?.text ?? '';
    if (usesKey.test(option) && HAVE_KEYS.has(name)) continue;
    if (isCurl ? sends(text, option) : mentionsCredentials(text)) return true;
    if (takesFolders && isCredentialFolder(text)) return true;
  }
  return false;
}

function sends(text: string, option: string): boolean {
  return (
    (SENDS.test(text) && holdsCredentials(text.replace(SENDS, '/'))) ||
    (SENDS_NEXT.test(option) && holdsCredentials(text))
  );
}

const VERSION = /[0-9][0-9.]*$/;
/** Of ssh and its relatives, and of curl: the key to prove oneself with, the configuration. */
const HAVE_KEYS = new Set(['scp', 'sftp', 'rsync', 'curl']);
const SSH_KEY = /^-[iFo]$/;
const CURL_KEY = /^(?:-E|-K|--key|--cert|--netrc-file|--config|--cacert)$/;
/** With everything in a folder; `find` does with `-exec`. */
const COPIERS = new Set(['tar', 'zip', '7z', 'cp', 'mv', 'scp', 'rsync']);
const SENDS = /^(?:[^@]*@|--upload-file=|file:\/\/)\/?/;
const SENDS_NEXT = /^(?:-T|--upload-file)$/;

/** As the argument, behind `=` or `@`, or inside of the code of an interpreter. */
function mentionsCredentials(text: string): boolean {
  if (holdsCredentials(text)) return true;
  return CODE.test(text) && text.split(NO_PATH).some((part) => holdsCredentials(part));
}

const CODE = /[=@('"\s]/;
const NO_PATH = /[^\w./~*\ufffc-]+/;
