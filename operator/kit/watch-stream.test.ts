import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf } from './watch-stream.ts';

async function read(chunks: readonly Buffer[]): Promise<{ names: string[]; touched: number }> {
  const names: string[] = [];
  let touched = 0;
  const touch = (): void => void (touched += 1);
  for await (const event of eventsOf(Readable.from(chunks, { objectMode: true }), touch)) {
    names.push(`${event.type} ${event.object.metadata.name}`);
  }
  return { names, touched };
}

const line = (name: string, type = 'ADDED'): string =>
  `${JSON.stringify({ type, object: { metadata: { name }, note: 'Zürich \u{1f6a2}' } })}\n`;

describe('eventsOf', () => {
  it('gives the same events wherever the bytes are cut, also within a character', async () => {
    const bytes = Buffer.from(line('a') + line('b', 'MODIFIED') + line('c', 'DELETED'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 10 }), async (cuts) => {
        const at = [0, ...cuts.sort((x, y) => x - y), bytes.length];
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        const { names } = await read(chunks);
        expect(names).toEqual(['ADDED a', 'MODIFIED b', 'DELETED c']);
      }),
    );
  });

  it('leaves out the line that a cut connection never finished', async () => {
    expect((await read([Buffer.from(line('a') + line('b').slice(0, 20))])).names).toEqual(['ADDED a']);
  });

  it('says of every chunk that it came, whether it completes a line or not', async () => {
    const text = line('a');
    expect((await read([Buffer.from(text.slice(0, 5)), Buffer.from(text.slice(5))])).touched).toBe(2);
  });

  it('gives what came before a line that is not JSON, and shows the beginning of it', async () => {
    const names: string[] = [];
    const reading = async (): Promise<void> => {
      const stream = Readable.from([Buffer.from(`${line('a')}<html>${'x'.repeat(500)}\n`)], { objectMode: true });
      for await (const event of eventsOf(stream, () => {})) names.push(event.object.metadata.name);
    };
    await expect(reading()).rejects.toThrow(/^the watch sent a line that is not JSON: <html>x{74}$/);
    expect(names).toEqual(['a']);
  });

  it('refuses a line without end', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    await expect(read(Array.from({ length: 17 }, () => chunk))).rejects.toThrow('a line of more than 16777216 bytes');
  });
});
