/** Files that matter to whoever defends a machine: what starts by itself, who may come in, what proves who one is. */
import { programKind } from '../programs.ts';

export type FileKind = 'start-up-file' | 'system-file' | 'credential-file' | 'device';

// Where a path ends or a further option of a list begins.
const START_UP =
  /(?:^|[/~\ufffc])\.(?:bash_profile|bash_login|bash_logout|bashrc|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|kshrc|cshrc|tcshrc|login|xprofile|xinitrc|xsession)$|\.config\/(?:fish\/(?:config\.fish|conf\.d\/)|autostart\/|systemd\/user\/)|(?:^|[/~\ufffc])\.ssh\/(?:authorized_keys2?|config|rc|environment)$|(?:^|\/)authorized_keys2?$|^\/etc\/(?:profile|bash\.?bashrc|bashrc|zshrc|zshenv|zsh\/|environment|rc\.local|rc\.d\/|init\.d\/|inittab|profile\.d\/|cron|anacrontab|systemd\/system\/|ld\.so\.preload|pam\.d\/|security\/|update-motd\.d\/|udev\/rules\.d\/|xdg\/autostart\/)|^\/(?:usr\/)?lib\/systemd\/system\/|^\/var\/spool\/(?:cron|at)\/|Library\/Launch(?:Agents|Daemons)\//;

const SYSTEM =
  /^\/etc\/(?:passwd|shadow|gshadow|group|sudoers|sudoers\.d\/|ssh\/|hosts\.equiv)|^\/boot\/|^\/(?:usr\/)?lib(?:64)?\/[^/]{0,64}\.so|^\/proc\/sys(?:rq-trigger|\/kernel\/core_pattern)/;

/** Disks as the kernel names them: `sdX` stands for one in a manual, `loop0` for a file. */
const DEVICE =
  /^\/dev\/(?:sd[a-z]{1,2}[0-9]{0,3}|hd[a-z][0-9]{0,3}|vd[a-z][0-9]{0,3}|xvd[a-z][0-9]{0,3}|nvme[0-9]{1,2}n[0-9]{1,2}(?:p[0-9]{1,2})?|mmcblk[0-9](?:p[0-9]{1,2})?|r?disk[0-9]{1,2}(?:s[0-9]{1,2})?|md[0-9]{1,3}|dm-[0-9]{1,3}|mapper\/[a-z][\w-]{0,64}|mem|kmem|port)$/;

const CREDENTIAL =
  /\/etc\/(?:shadow|gshadow|sudoers|master\.passwd|krb5\.keytab|ssh\/ssh_host_[a-z0-9]{1,16}_key$|kubernetes\/(?:admin\.conf|pki\/))|(?:^|[/~\ufffc])\.ssh\/(?:id_[a-z0-9_]{1,32}$|identity$|\*|id_\*)|(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$|\.aws\/(?:credentials|sso\/cache)|\.azure\/(?:accessTokens\.json|msal_token_cache)|\.config\/gcloud\/(?:credentials\.db|access_tokens\.db|application_default_credentials\.json|legacy_credentials)|\.config\/gh\/hosts\.yml|\.kube\/config$|\.docker\/config\.json|\.git-credentials|(?:^|\/)\.(?:netrc|pgpass|my\.cnf|pypirc|vault-token)$|\.gnupg\/(?:private-keys|secring)|\/proc\/(?:self|\*|[0-9]{1,10}|\ufffc)\/environ|\/(?:var\/)?run\/secrets\/|\/var\/lib\/(?:kubelet\/pods|docker\/volumes)\/|Library\/Keychains|\/(?:Login Data|logins\.json|key[34]\.db|cookies\.sqlite)$|\.bash_history$|\.zsh_history$/;

/** `/usr/bin/ls`, not what people install: `/usr/local/bin/kubectl`, `/usr/bin/my-tool`. */
function isProgramOfTheSystem(path: string): boolean {
  const name = PROGRAM.exec(path)?.[1];
  return name !== undefined && programKind(name) === 'technical';
}

const PROGRAM = /^\/(?:usr\/)?s?bin\/([^/]{1,64})$/;

/** What writing to it would change; undefined for an ordinary file. */
export function writtenKind(path: string): FileKind | undefined {
  const plain = plainPath(path);
  if (DEVICE.test(plain)) return 'device';
  if (START_UP.test(plain)) return 'start-up-file';
  return SYSTEM.test(plain) || isProgramOfTheSystem(plain) ? 'system-file' : undefined;
}

export function holdsCredentials(path: string): boolean {
  return CREDENTIAL.test(plainPath(path));
}

export function isDevice(path: string): boolean {
  return DEVICE.test(plainPath(path));
}

/** Without doubled slashes and `.` segments, and with `..` resolved: no spelling of a path is another file. */
function plainPath(path: string): string {
  if (!ODD.test(path)) return path;
  const out: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '.' || (segment === '' && out.length > 0)) continue;
    if (segment === '..' && out.length > 1) out.pop();
    else out.push(segment);
  }
  const plain = out.join('/');
  if (plain === '') return path.startsWith('/') ? '/' : '.';
  return path.endsWith('/') ? `${plain}/` : plain;
}

const ODD = /\/\/|\/\.{1,2}(?:\/|$)|^\.{1,2}\//;

/** `~/.ssh` itself, for who takes the whole of it. */
export function isCredentialFolder(path: string): boolean {
  return CREDENTIAL_FOLDER.test(plainPath(path));
}

const CREDENTIAL_FOLDER =
  /(?:^|[/~\ufffc])\.(?:ssh|aws|gnupg|kube|azure|docker|password-store)\/?$|\/var\/run\/secrets\/?$/;

/** Folders whose loss is the loss of a machine, a home or all data. */
export function isRoot(path: string): boolean {
  return ROOTS.test(plainPath(path));
}

const ROOTS =
  /^(?:\/|\/\*|\/\.\*|~|~\/|~\/\*|~\/\.\*|\/(?:bin|boot|dev|etc|home|lib|lib64|opt|proc|root|sbin|srv|sys|usr|var|Users|System|Library|Applications)(?:\/\*?)?|\/home\/\*|\/var\/(?:lib|log)\/?\*?|\/usr\/(?:bin|lib|local|sbin|share)\/?\*?)$/;

/** Folders whose owner and modes nobody changes as a whole. */
export function isSystemFolder(path: string): boolean {
  return SYSTEM_FOLDERS.test(plainPath(path));
}

const SYSTEM_FOLDERS = /^\/(?:\*|(?:bin|boot|dev|etc|lib|lib64|proc|root|sbin|sys|usr|var)\/?\*?)?$/;
