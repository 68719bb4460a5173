/** What stays possible and is true of many threats. */

export const MODEL = 'Whether a model was tricked into a call that the policy allows, the gate does not see.';

export const WORDS = 'Persuasion in words of its own is not found.';

export const SERVER = 'What the server does with an allowed call is the server’s.';

export const NOT_MCP = 'It does not pass the gate, which sees MCP alone.';

export const AT_CLIENT = 'It happens between the client and others, where no gate is.';

export const MEMORY =
  'An agent’s memory is its own: the gate sees what is read from and written to it by MCP, and nothing else.';

export const IMAGES =
  'Whose image or package a server is, is not checked: signatures are for admission policies such as those of cosign.';

export const OVER_TIME = 'Of calls that are harmless alone, only chains that a pack names are seen.';

export const MANY_CALLERS = 'Each caller has limits of its own, and so has each replica that counts for itself.';

export const ENCODED = 'Values that are encrypted, spelt out or spread over calls pass.';

export const PARAPHRASED =
  'What is compressed, encrypted or said in other words passes, and what another caller has read.';

export const STOLEN =
  'A bearer token that is bound to nothing is good for whoever holds it, until it ends or is taken back.';

export const OWN_WAY =
  'Somebody who reaches the server’s own port, or starts the program, is past the gate: the network has to close that.';
