import { describe, expect, it } from 'vitest';
import { GiveBack } from './give-back.ts';

const MIB = 1024 * 1024;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('memory is given back', () => {
  it('when large buffers of more than 32 MiB lie about, once', async () => {
    let collected = 0;
    const giveBack = new GiveBack(() => collected++);
    for (let i = 0; i < 9; i++) giveBack.released(4 * MIB);
    await turn();
    await turn();
    expect(collected).toBe(1);
  });

  it('but not for small ones, however many: every call has them', async () => {
    let collected = 0;
    const giveBack = new GiveBack(() => collected++);
    for (let i = 0; i < 100_000; i++) giveBack.released(16 * 1024);
    await turn();
    await turn();
    expect(collected).toBe(0);
  });
});
