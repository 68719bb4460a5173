/** A client on the standard input of a command, that sends and sees lines. */
import { eventually } from './eventually.ts';
import type { CliProcess } from './cli.ts';
import { INITIALIZE } from './messages.ts';

type Message = Record<string, unknown>;

export function sendLine(cli: CliProcess, line: string): void {
  cli.process.stdin.write(`${line}\n`);
}

/** Everything on standard output so far; throws when a line is no JSON-RPC message. */
export function messagesOut(cli: CliProcess): Message[] {
  return cli.out.map((line) => {
    const message = JSON.parse(line) as Message;
    if (message['jsonrpc'] !== '2.0') throw new Error(`not JSON-RPC on standard output: ${line}`);
    return message;
  });
}

export async function answerTo(cli: CliProcess, id: number): Promise<Message> {
  return eventually(`an answer to ${id}`, () => messagesOut(cli).find((message) => message['id'] === id));
}

/** Does the handshake with id 1. */
export async function shakeHands(cli: CliProcess): Promise<Message> {
  sendLine(cli, INITIALIZE);
  const answer = await answerTo(cli, 1);
  sendLine(cli, '{"jsonrpc":"2.0","method":"notifications/initialized"}');
  return answer;
}
