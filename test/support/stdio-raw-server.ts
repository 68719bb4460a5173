/** A stdio server of the modern era that does what a tool's name says, well or badly; no SDK stands between it and its output. */
import { createInterface } from 'node:readline';

interface Request {
  readonly id?: number;
  /** Undefined in an answer to what it has asked. */
  readonly method?: string;
  readonly params: {
    readonly name?: string;
    readonly arguments?: { readonly count?: number; readonly size?: number; readonly line?: string };
    readonly requestId?: number;
    readonly _meta?: { readonly progressToken?: unknown };
  };
}

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const seen: string[] = [];
const subscriptions = new Set<number>();

function say(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function answer(request: Request, result: object = {}): void {
  say({ id: request.id, result: { resultType: 'complete', ...result } });
}

function notify(method: string, params: object): void {
  say({ method, params });
}

function progress(request: Request, message: string): void {
  notify('notifications/progress', { progressToken: request.params._meta?.progressToken, progress: 1, message });
}

const TOOLS: Readonly<Record<string, (request: Request) => void>> = {
  seen: (request) => answer(request, { pid: process.pid, seen }),
  never: () => {},
  steps(request) {
    for (let i = 0; i < (request.params.arguments?.count ?? 2); i++) progress(request, `step ${i}`);
    answer(request);
  },
  flood(request) {
    const { count = 1, size = 1024 } = request.params.arguments ?? {};
    for (let i = 0; i < count; i++) progress(request, 'x'.repeat(size));
  },
  'answer-twice'(request) {
    answer(request);
    answer(request);
  },
  log(request) {
    notify('notifications/message', { level: 'info', data: 'said by the tool' });
    answer(request);
  },
  changed(request) {
    for (const id of subscriptions) {
      notify('notifications/tools/list_changed', { _meta: { [SUBSCRIPTION]: id } });
    }
    answer(request);
  },
  hangup(request) {
    for (const requestId of subscriptions) notify('notifications/cancelled', { requestId });
    answer(request);
  },
  nonsense(request) {
    process.stdout.write('this is no JSON\n[]\n"x"\n');
    notify('notifications/tools/list_changed', {});
    notify('notifications/progress', { progressToken: 999_999, progress: 1 });
    say({ id: 999_999, result: {} });
    say({ id: 'q', method: 'roots/list' });
    answer(request);
  },
  'big-number'(request) {
    process.stdout.write(`{"jsonrpc":"2.0","id":${request.id},\r"result":{"n":9223372036854775807,"m":1.0}}\n`);
  },
  stray(request) {
    process.stdout.write(`${(request.params.arguments?.line ?? '').replaceAll('ID', String(request.id))}\n`);
    answer(request);
  },
  'twice-in-one': ({ id }) => void process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"a":1,"a":2}}\n`),
  // As the SDK for TypeScript writes it, and as that for Python does.
  huge: ({ id }) =>
    void process.stdout.write(`{"result":{"t":"${'x'.repeat(17 << 20)}"},"jsonrpc":"2.0","id":${id}}\n`),
  'huge-id-first': ({ id }) =>
    void process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"t":"${'x'.repeat(17 << 20)}"}}\n`),
  'huge-question'(request) {
    say({ id: 'q', method: 'sampling/createMessage', params: { t: 'x'.repeat(17 << 20) } });
    say({ method: 'notifications/message', params: { level: 'info', data: 'x'.repeat(17 << 20) } });
    answer(request);
  },
  // An answer that stops in the middle, and what is missing of it.
  begin: ({ id, params }) =>
    void process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"t":"${'x'.repeat(params.arguments?.size ?? 1)}`),
  'end-it'(request) {
    process.stdout.write('"}}\n');
    answer(request);
  },
  'no-end': () => void process.stdout.write(Buffer.alloc(20 * 1024 * 1024, 'x')),
  shout(request) {
    for (let i = 0; i < (request.params.arguments?.count ?? 1); i++) process.stderr.write(`line ${i}\n`);
    answer(request);
  },
  // What servers say that could not read a message.
  nameless: () =>
    void process.stdout.write('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}\n'),
  'without-id': () => void process.stdout.write('{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"}}\n'),
  exit: () => process.exit(3),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line) as Request;
  const { id, method, params } = request;
  seen.push(method === 'notifications/cancelled' ? `${method} ${params.requestId}` : (method ?? `answer to ${id}`));
  if (method === 'server/discover') answer(request, { supportedVersions: ['2026-07-28'], capabilities: {} });
  else if (method === 'tools/call') TOOLS[params.name ?? '']?.(request);
  else if (method === 'initialize')
    answer(request, { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: {} });
  else if (method === 'subscriptions/listen' && id !== undefined) {
    subscriptions.add(id);
    notify('notifications/subscriptions/acknowledged', { _meta: { [SUBSCRIPTION]: id } });
  } else if (method === 'notifications/cancelled') subscriptions.delete(params.requestId ?? -1);
});
