/** What a parameter may be: it says which detectors look at a value, since the same text is an attack in one and ordinary in another. */
export const PARAMETER_TYPES = ['url', 'host', 'path', 'shell', 'sql', 'identifier', 'code', 'secret', 'text'] as const;

export type ParameterType = (typeof PARAMETER_TYPES)[number];
