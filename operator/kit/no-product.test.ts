/** The dependency rules say what the kit may import; this, what it may speak of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Our own name, our kinds, and what only this product has. */
const PRODUCT = /sallyport|\bmcp|policypack|approvalrequest|sidecar|\bhelm\b/i;

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && file !== 'no-product.test.ts',
);

describe('the kit speaks of no product', () => {
  it.each(files)('%s', (file) => {
    const lines = readFileSync(join(import.meta.dirname, file), 'utf8').split('\n');
    expect(lines.filter((line) => PRODUCT.test(line))).toEqual([]);
  });
});
