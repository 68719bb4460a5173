/** An argument that is a name or an id: nothing in it is syntax to whoever puts it into a command, a template, a path or a query. */
import type { ArgumentType } from './argument-type.ts';

export const identifier = {
  what: 'identifier, a name or an id that a server puts into commands, templates, paths or queries',
  fields: {},
  required: [],
} satisfies ArgumentType;
