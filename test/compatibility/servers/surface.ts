/** What the servers of all SDKs say and ask alike. The Python ones have it in python/surface.py. */
export const INSTRUCTIONS = 'Everything a server can do.';
export const NOTES = 'file:///data/notes.txt';
export const COLOURS = ['red', 'rose', 'blue'];

export const PERSON = {
  message: 'What is your name?',
  requestedSchema: {
    type: 'object' as const,
    properties: { name: { type: 'string' as const, title: 'Name' } },
    required: ['name'],
  },
};

export const SAMPLING = {
  messages: [{ role: 'user' as const, content: { type: 'text' as const, text: 'Say something.' } }],
  maxTokens: 10,
};

export function text(words: string): { content: { type: 'text'; text: string }[] } {
  return { content: [{ type: 'text', text: words }] };
}

/** The answer of a person to `PERSON`. */
export function nameIn({ action, content }: { action: string; content?: Record<string, unknown> | undefined }): string {
  return `${action} ${String(content?.['name'])}`;
}

/** The answer of a model to `SAMPLING`. */
export function textIn({ model, content }: { model?: string; content: unknown }): string {
  return `${model ?? ''} ${(content as { text?: string }).text}`;
}
