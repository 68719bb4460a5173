/**
 * Names of programs and of commands that shells have built in: what turns a word behind a separator into a command. Kinds say how sure a
 * name is: `cat` is also an animal, `whoami` is nothing but a command. After POSIX.1-2024, GNU coreutils, util-linux, iproute2, GTFOBins
 * (names only) and the Windows commands reference.
 */

/** Nothing but commands: behind a separator they need no argument to be one. */
const TECHNICAL = `
  sh bash ash zsh ksh csh tcsh rbash busybox toybox pwsh powershell cmd command.com wsl xterm screenfetch
  id whoami uname hostnamectl ls ll dir vdir pwd ps pstree env printenv ifconfig ipconfig netstat arp iptables nft
  tac nl od xxd hexdump base64 base32 awk gawk mawk sed grep egrep fgrep xargs rm rmdir mkdir mkfifo mknod mkfs mv cp ln dd chmod chown
  chgrp chattr lsattr lsof lsblk lscpu lspci lsusb df du dmesg sudo su doas pkexec passwd useradd usermod userdel groupadd adduser visudo
  curl wget aria2c axel w3m nc ncat netcat nc.traditional nc.openbsd socat scp sftp tftp rsync rcp rsh rlogin masscan tcpdump
  nslookup dig traceroute tracepath tracert nohup setsid setarch nsenter unshare chroot systemctl journalctl crontab atq launchctl
  killall pkill pgrep shutdown reboot poweroff telinit mount umount losetup fdisk parted insmod modprobe rmmod ldconfig sysctl
  gpg gdb strace ltrace perf phpinfo getent getcap setcap stty tar gzip gunzip unzip 7z bzip2 xz zcat zless
  apt aptitude dpkg yum dnf rpm apk pacman zypper pip3 cpan ansible-console ansible-playbook
  vimdiff nvim pico rvim lua irb tclsh nmtui htop btop lastlog lastb utmpdump vmstat iostat
  taskkill tasklist systeminfo sysinfo certutil bitsadmin mshta rundll32 regsvr32 regedit wmic schtasks bcdboot bcdedit netsh sc.exe cscript wscript
  msiexec icacls cacls takeown attrib md xcopy robocopy findstr diskpart vssadmin wevtutil nltest dsquery klist quser qwinsta
  invoke-expression iex invoke-webrequest iwr invoke-restmethod irm invoke-command start-process get-content get-childitem gci get-process
  new-object set-executionpolicy out-file write-output remove-item add-type start-bitstransfer test-connection
  zstdcat zstd rmt c89 c99 gcc cc clang objdump readelf ldd iconv uudecode uuencode xmodmap xdotool osascript open-url
  mysqldump mongosh redis-cli ldapsearch smbclient rpcclient wpscan sqlmap hydra
  crictl ctr setfacl getfacl setfont loadkeys byobu scriptreplay run-parts start-stop-daemon
  bunzip2 cpio pax pv pigz ul unexpand dosbox wine cscli dmsetup debugfs capsh ip6tables arping fping hping3 rwho rusers
  hd basenc bzcat bzless lzcat zgrep zegrep zfgrep zcmp zdiff xzgrep mktemp mlocate lsmod lshw lsb_release loginctl logname unrar
  ssh-keygen ssh-keyscan ssh-copy-id sshpass sudoedit svnadmin timedatectl tshark valgrind virsh pdflatex php-cgi rlwrap runc exiftool
  jrunscript nasm opkg pidstat mysqladmin mysqlshow mailx lwp-request lftp genisoimage gcore dmidecode dhclient csplit chsh chpass
  busctl bsdtar bpftrace blkid ausearch auditctl agetty 7za 7zr vipw vigr xcalc kcalc gnome-calculator gnome-terminal iwconfig ifup
  ifdown mtr nping nstat netplan neofetch lastcomm tcping troff nroff unlzma ulimit
`;

/** Words of everyday language, and products people write about: behind a `|` or `&` in a title they are commands only with an argument that is. */
const EVERYDAY = `
  calc notepad ver
  alias ansible apt-get as at aws az banner basename batch bc bg bind builtin bun cal call cargo case cat cd choice clear code column comm
  command complete composer copy cowsay cowthink crash cut dash date dc declare del deno dialog diff dirname dirs disown do docker echo ed
  emacs enable env erase eval ex exec exit expand expect export facter factor false fg file find finger fish flock fold for format fortune
  free ftp function gcloud gem gimp git go groups halt hash head helm help history host hostname if import init install ionice ip java
  javac jobs join kill kubectl label last latex ld less let link local logger login logout look lynx mail make man mawk mix mongo more
  move msgcat msgfmt mutt mysql nano nerdctl net newgrp nice nm nmap node npm nproc npx open openssl paste patch path pause perl php pico
  ping pip pnpm podman popd print printf prompt psql pushd python python2 python3 r rails rake rd read readlink readonly realpath reg ren
  replace reset restic return rev route ruby run rustc sc screen script search select sendmail seq service set shift shuf size sleep slsh
  snap sort source split sqlcmd sqlite3 ss ssh start stat stdbuf strings sum suspend swift tail taskset tc tee telnet terraform test then
  time timeout times title tmux top touch tput tr trace trap tree true tty type typeset umask uniq unset until uptime users vagrant vi
  view vim vol w wait wall watch wc which while whiptail who whois write yarn yes zathura zip
`;

/** Programs whose file is worth naming with the folder: `/bin/…` needs no list. */
const technical = new Set(words(TECHNICAL));
const everyday = new Set(words(EVERYDAY));

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

export type ProgramKind = 'technical' | 'everyday';

/** Of a word as a command line has it in front: `/usr/bin/id`, `C:\Windows\System32\cmd.exe`, `python3.11`. */
export function programKind(word: string): ProgramKind | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const name = programName(word);
  if (name === '') return undefined;
  if (IN_PROGRAM_FOLDER.test(word) || EXECUTABLE.test(word)) return 'technical';
  const lower = name.toLowerCase();
  // `Find`, `Cat`: a word at the beginning of a sentence. All in capitals is how DOS and its attackers write.
  if (everyday.has(lower))
    return name === lower || (name.length > 2 && name === name.toUpperCase()) ? 'everyday' : undefined;
  if (technical.has(lower)) return 'technical';
  if (CMDLET.test(lower)) return 'everyday';
  const unversioned = lower.replace(VERSION, '');
  return technical.has(unversioned) || everyday.has(unversioned) ? 'everyday' : undefined;
}

/** Without folder and the endings Windows adds, in the letters it is written in. */
export function programName(word: string): string {
  const cut = Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\'));
  return word.slice(cut + 1).replace(WINDOWS_ENDING, '');
}

const LONGEST_WORD = 256;
/** Approved verbs of PowerShell, with a noun of more than one syllable. `set-up` and `start-up` are words. */
const CMDLET =
  /^(?:add|clear|convertfrom|convertto|copy|disable|enable|enter|export|get|import|install|invoke|move|new|out|register|remove|rename|restart|select|set|start|stop|uninstall|unregister|write)-(?:acl|alias|childitem|ciminstance|clipboard|command|computer(?:info)?|content|credential|eventlog|executionpolicy|expression|file|history|host|item(?:property)?|job|json|localgroup(?:member)?|localuser|location|module|net[a-z]{2,24}|object|package|process|pssession|psdrive|scheduledtask|service|sleep|string|transcript|variable|webrequest|winevent|wmi(?:method|object))$/;
const WINDOWS_ENDING = /\.(?:exe|cmd|bat|com)$/i;
const EXECUTABLE = /[a-z]\.exe$/i;
const VERSION = /-?[0-9][0-9.]{0,7}$/;
const IN_PROGRAM_FOLDER = /^\/(?:usr\/(?:local\/)?)?s?bin\/[A-Za-z0-9_.+[-]+$|^[A-Za-z]:\\(?:windows|winnt)\\/i;
