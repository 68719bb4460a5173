import { describe, expect, it } from 'vitest';
import { sha256 } from '../core/digest.ts';
import { readMessage } from '../core/mcp/message.ts';
import { parseStrictJson } from '../core/mcp/json.ts';
import { PAYLOADS } from './payloads.ts';

describe('payloads', () => {
  it.each(PAYLOADS)('$name is a tools/call of exactly its size that the gate reads', ({ body, bytes }) => {
    expect(Buffer.byteLength(body)).toBe(bytes);
    const text = Buffer.from(body);
    const json = parseStrictJson(text);
    expect(json.ok && readMessage(json.value, text)).toMatchObject({ kind: 'request', method: 'tools/call' });
  });

  it('are the same bytes everywhere, or results could not be compared with older ones', () => {
    expect(PAYLOADS.map(({ name, body }) => `${name} ${sha256(body).slice(0, 19)}`)).toMatchInlineSnapshot(`
      [
        "0.5kb-text sha256:002b728ee354",
        "5kb-text sha256:1167ec068a12",
        "5kb-rows sha256:5a8e13a00d26",
        "50kb-text sha256:049faf95af81",
        "50kb-rows sha256:beb62f05eca6",
      ]
    `);
  });
});
