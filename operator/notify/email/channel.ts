/** A mail server (SMTP, RFC 5321), which gives nothing back to change a mail by: each piece of news is a mail. */
import type { NodemailerError } from 'nodemailer';
import { type Channel, NotTakenError, type Sent } from '../channel.ts';
import type { SecretFiles } from '../secret-files.ts';
import { type Mail, mailOf } from './message.ts';

export interface MailPlace {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `Tls` from the first byte (RFC 8314), `StartTls` or nothing at all. */
  readonly security: 'Tls' | 'StartTls' | 'None';
  readonly from: string;
  readonly to: readonly string[];
  readonly proxy: string | undefined;
}

const TIMEOUT_MS = 10_000;

export function emailChannel(place: MailPlace, secret: SecretFiles): Channel {
  return {
    name: place.name,
    news: new Set(['Requested', 'Reminder', 'Settled']),
    follows: false,
    async send({ request, news }, signal) {
      const [user, ca] = [await secret.find('username'), await secret.find('ca.crt')];
      const pass = user === undefined ? undefined : await secret.get('password');
      const mail = mailOf(request, news, domainOf(place.from));
      return deliver(mail, place, { user, pass, ca }, signal);
    },
  };
}

interface Credentials {
  readonly user: string | undefined;
  readonly pass: string | undefined;
  readonly ca: string | undefined;
}

async function deliver(
  mail: Mail,
  { host, port, security, from, to, proxy }: MailPlace,
  { user, pass, ca }: Credentials,
  signal: AbortSignal,
): Promise<Sent> {
  // Loaded when there is a mail to send: without such a channel it would take memory for nothing.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    ...{ host, port, secure: security === 'Tls', requireTLS: security === 'StartTls', ignoreTLS: security === 'None' },
    ...(user === undefined ? {} : { auth: { user, pass } }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...(proxy === undefined ? {} : { proxy }),
    ...{
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      dnsTimeout: TIMEOUT_MS,
    },
    maxResponseSize: 64 * 1024,
    // Nothing in a mail of ours is a file or a URL to be fetched.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    const { rejected } = await transport.sendMail({
      ...mail,
      ...{ from, to: [...to], signal },
      // To whoever answers mails by themselves (RFC 3834 §5).
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    return rejected.length === 0
      ? {}
      : { remark: `the mail server does not take it for ${rejected.length} of the addresses` };
  } catch (error) {
    throw notTaken(error as NodemailerError);
  } finally {
    transport.close();
  }
}

/**
 * A refusal of the data is one of this mail. Everything else (who sends, to whom, with which password) is said by the configuration, and may
 * be mended. Only codes are told: a reply may quote what it was sent.
 */
export function notTaken({ code, responseCode, command, permanent }: Partial<NodemailerError>): NotTakenError {
  const said =
    responseCode === undefined
      ? (code ?? 'unknown error')
      : `${responseCode}${command === undefined ? '' : ` to ${command}`}`;
  const hint = code === 'EAUTH' ? '; look at username and password in the Secret of the channel' : '';
  const isOfTheMail = permanent === true && command === 'DATA';
  return new NotTakenError(`the mail server answers ${said}${hint}`, { again: isOfTheMail ? 'Never' : 'Later' });
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).replace(/>$/, '');
}
