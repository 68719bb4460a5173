/** One message of a server, whole, in bytes. Nothing behind the gate may fill its memory. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
