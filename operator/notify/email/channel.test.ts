import { describe, expect, onTestFinished, test } from 'vitest';
import { issueAuthority, issueServing } from '../../tls/authority.ts';
import { secretFiles } from '../secret-files.ts';
import { MailServer, smtpError } from '../testing/mail-server.ts';
import { NASTY, requestOf } from '../testing/request.ts';
import { secretFolder } from '../testing/secret-folder.ts';
import type { News } from '../told.ts';
import { emailChannel, notTaken } from './channel.ts';

const signal = new AbortController().signal;

async function server(options: Parameters<typeof MailServer.start>[0] = {}): Promise<MailServer> {
  const one = await MailServer.start(options);
  onTestFinished(() => one.close());
  return one;
}

interface Options {
  readonly port: number;
  readonly host?: string;
  readonly news?: News;
  readonly request?: ReturnType<typeof requestOf>;
  readonly secret?: Record<string, string>;
  readonly security?: 'None' | 'StartTls' | 'Tls';
  readonly to?: readonly string[];
  readonly signal?: AbortSignal;
}

function send({
  port,
  host = '127.0.0.1',
  news = 'Requested',
  request = requestOf(),
  secret = {},
  security = 'None',
  to,
  signal: own = signal,
}: Options) {
  const place = {
    ...{ name: 'mail', host, port, security, proxy: undefined },
    from: 'Sallyport <sallyport@example.com>',
    to: to ?? ['treasury@example.com', 'security@example.com'],
  };
  const channel = emailChannel(place, secretFiles(secretFolder({ mail: secret }), 'mail'));
  return channel.send({ request, news, told: {}, now: 0 }, own);
}

function headersOf(mail: string): Map<string, string> {
  const [head = ''] = mail.split('\r\n\r\n');
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, ' ');
  return new Map(
    unfolded
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
}

/** Encoded words of the kind Q (RFC 2047 §4.2), in ASCII. */
function decoded(header: string): string {
  const words = header.split(' ').map((word) => word.replace(/^=\?UTF-8\?Q\?/, '').replace(/\?=$/, ''));
  return words
    .join('')
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}

test('a request is a mail to everybody', async () => {
  const { port, mails } = await server();
  expect(await send({ port })).toEqual({});
  const headers = headersOf(mails[0] ?? '');
  expect(headers.get('from')).toBe('Sallyport <sallyport@example.com>');
  expect(headers.get('to')).toBe('treasury@example.com, security@example.com');
  expect(decoded(headers.get('subject') ?? '')).toBe('[Sallyport] Somebody has to decide: tools/call: tool "transfer"');
  expect(headers.get('auto-submitted')).toBe('auto-generated');
  expect(headers.get('message-id')).toMatch(/@example\.com>$/);
  expect(mails[0]).toContain('multipart/alternative');
});

test('what an agent writes makes no header and addresses nobody', async () => {
  const { port, mails } = await server();
  const subject = { type: 'Call', call: { method: 'tools/call', tool: NASTY, preview: {}, digest: 'd' } };
  await send({ port, request: requestOf({ spec: { subject, reason: NASTY } }) });
  const headers = headersOf(mails[0] ?? '');
  expect([...headers.keys()].sort()).toEqual(
    ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].sort(),
  );
});

test('name and password are those of the Secret', async () => {
  const seen: unknown[] = [];
  const { port, mails } = await server({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, callback) => {
      seen.push([username, password]);
      callback(password === 'right' ? null : smtpError(535, 'no'), { user: username });
    },
  });
  await send({ port, secret: { username: 'bot', password: 'right' } });
  expect([seen, mails.length]).toEqual([[['bot', 'right']], 1]);
  const error: unknown = await send({ port, secret: { username: 'bot', password: 'wr0ng' } }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ again: 'Later', message: expect.stringContaining('look at username and password') });
  expect(String(error)).not.toContain('wr0ng');
  await expect(send({ port, secret: { username: 'bot' } })).rejects.toThrow('has no key password');
});

test('nothing is sent in the clear where TLS is asked for', async () => {
  const { port, mails } = await server();
  await expect(send({ port, security: 'StartTls' })).rejects.toMatchObject({ again: 'Later' });
  await expect(send({ port, security: 'Tls' })).rejects.toMatchObject({ again: 'Later' });
  expect(mails).toHaveLength(0);
});

test('a certificate is trusted if its authority is in the Secret, and no other', async () => {
  const authority = issueAuthority(Date.now());
  const { port, mails } = await server({ secure: true, ...issueServing(authority, ['localhost'], Date.now()) });
  await expect(send({ port, host: 'localhost', security: 'Tls' })).rejects.toMatchObject({ again: 'Later' });
  expect(mails).toHaveLength(0);
  expect(await send({ port, host: 'localhost', security: 'Tls', secret: { 'ca.crt': authority.cert } })).toEqual({});
  expect(mails).toHaveLength(1);
});

test('addresses that the server does not take are told, where others are', async () => {
  const { port, mails } = await server({
    onRcptTo: ({ address }, _session, callback) => callback(address.startsWith('no') ? smtpError(550, 'nobody') : null),
  });
  expect(await send({ port, to: ['no@example.com', 'yes@example.com'] })).toEqual({
    remark: 'the mail server does not take it for 1 of the addresses',
  });
  expect(mails).toHaveLength(1);
  await expect(send({ port, to: ['no@example.com'] })).rejects.toMatchObject({ again: 'Later' });
});

test('a mail that the server refuses itself is not sent again', async () => {
  const { port } = await server({
    onData: (stream, _session, callback) => {
      stream.resume();
      stream.on('end', () => callback(smtpError(554, 'spam: Somebody has to decide')));
    },
  });
  const error: unknown = await send({ port }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ again: 'Never', message: 'the mail server answers 554 to DATA' });
});

test('a server that is away is tried another time', async () => {
  const one = await MailServer.start();
  await one.close();
  await expect(send({ port: 1 })).rejects.toMatchObject({ again: 'Later' });
});

describe('what a server says', () => {
  test.each([
    [{ code: 'ETIMEDOUT' }, 'Later', 'the mail server answers ETIMEDOUT'],
    [
      { code: 'EMESSAGE', responseCode: 451, command: 'DATA', permanent: false },
      'Later',
      'the mail server answers 451 to DATA',
    ],
    [
      { code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO', permanent: true },
      'Later',
      'the mail server answers 550 to RCPT TO',
    ],
    [{}, 'Later', 'the mail server answers unknown error'],
  ])('%j', (error, again, message) => {
    expect(notTaken(error)).toMatchObject({ again, message });
  });
});
