/** A kubectl that answers from files, in the PATH of this test: what an operator has published of three servers' gates. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { announceKey } from '../../core/audit/note/key-announcement.ts';
import { cosigningKey, type SigningKey, signingKey } from '../../core/audit/note/note-keys.ts';
import { keyOf } from '../../operator/witness/entry.ts';
import { roundOf } from '../../operator/witness/round.ts';
import { ShownStream } from '../../operator/witness/testing/shown.ts';

export const NAME = 'sallyport/finance/ledger';
/** Of one server, by age: the third is announced by nobody. */
export const CHAIN = [1, 2, 3, 4].map((n) => signingKey(NAME, Buffer.alloc(32, n)));
export const OTHER = signingKey('sallyport/finance/other', Buffer.alloc(32, 9));
export const WITNESS = cosigningKey('sallyport-witness/sallyport-system', Buffer.alloc(32, 8));

export class PublishedCluster {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sallyport-kubectl-'));
  readonly #pathBefore = process.env['PATH'];

  constructor() {
    const script = `#!/bin/sh
printf '%s\\n' "$*" >> ${this.#folder}/asked
case "$*" in
  *sallyport.dev/audit-keys=true*) cat ${this.#folder}/keys.json ;;
  *sallyport.dev/witness=true*) cat ${this.#folder}/witness.json ;;
  *sallyport-witness-keys*) cat ${this.#folder}/witness-keys.json ;;
  *) echo 'Error from server (NotFound)' >&2; exit 1 ;;
esac
`;
    writeFileSync(join(this.#folder, 'kubectl'), script);
    chmodSync(join(this.#folder, 'kubectl'), 0o755);
    process.env['PATH'] = `${this.#folder}${delimiter}${this.#pathBefore ?? ''}`;
    this.#publish();
  }

  /** Each line: the words of one kubectl. */
  get asked(): string {
    return readFileSync(join(this.#folder, 'asked'), 'utf8');
  }

  close(): void {
    process.env['PATH'] = this.#pathBefore;
    rmSync(this.#folder, { recursive: true });
  }

  #publish(): void {
    const [a, b, c, d] = CHAIN as [SigningKey, SigningKey, SigningKey, SigningKey];
    const data = Object.fromEntries([record(a, 1), record(b, 2, a), record(c, 3), record(d, 4, c)]);
    const items = [
      { metadata: { name: 'sallyport-audit-keys-finance.ledger' }, data: { ...data, '5': 'hello' } },
      { metadata: { name: 'sallyport-audit-keys-finance.other' }, data: Object.fromEntries([record(OTHER, 1)]) },
      { metadata: { name: 'another' }, data },
    ];
    this.#write('keys.json', { items });
    this.#write('witness-keys.json', { data: { a: WITNESS.verifier.text, b: 'hello' } });
    const streams = [new ShownStream('ledger-2').grow(5), new ShownStream('ledger-1').grow(3)];
    const shown = streams.map((stream) => stream.shown(0));
    const { put } = roundOf(new Map(), shown, [WITNESS], 0);
    const shards = streams.map(({ origin }) => ({
      metadata: { name: 'sallyport-witness-0' },
      data: { [keyOf(origin)]: JSON.stringify(put.get(keyOf(origin))) },
    }));
    this.#write('witness.json', { items: shards });
  }

  #write(name: string, value: object): void {
    writeFileSync(join(this.#folder, name), JSON.stringify(value));
  }
}

function record(key: SigningKey, generation: number, by?: SigningKey): [string, string] {
  const fields = { generation, uid: 'u', since: '2026-11-30T00:00:00Z', key: key.verifier.text };
  const announcement = by === undefined ? {} : { announcement: announceKey(key.verifier, by) };
  return [String(generation), JSON.stringify({ ...fields, ...announcement })];
}
