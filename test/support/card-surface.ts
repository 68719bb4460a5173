/** A tool whose structured result has what policies redact: a number, and a text with a format. */
import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { PackSpec } from './policy.ts';

export const CARD = 4111111111111111;
export const MAIL = 'a.king@maths.co.uk';

export function registerCards(server: McpServer): void {
  server.registerTool(
    'get_customer',
    {
      inputSchema: z.object({}),
      outputSchema: z.object({ name: z.string(), card: z.number(), mail: z.email() }),
    },
    () => {
      const structuredContent = { name: 'Ada', card: CARD, mail: MAIL };
      return { content: [{ type: 'text' as const, text: JSON.stringify(structuredContent) }], structuredContent };
    },
  );
}

export const redacting = (detect: 'creditCard' | 'email'): PackSpec => ({
  tools: [{ names: ['*'], effect: 'Allow' }],
  dlp: [{ detect: [detect], in: ['results'], effect: 'Redact' }],
});

/** A result without its structured part, in which nothing is left that was to be redacted. */
export function isWithheld(result: unknown): boolean {
  const { isError, structuredContent } = result as { isError?: boolean; structuredContent?: unknown };
  const text = JSON.stringify(result);
  const isRedacted = text.includes('"Ada') || text.includes('\\"Ada');
  return isError === true && (structuredContent ?? null) === null && isRedacted && text.includes('is left out');
}
