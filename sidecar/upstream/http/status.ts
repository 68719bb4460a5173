/** Which HTTP statuses are an answer (RFC 9110 §15). What libraries make of others are errors about themselves. */

/** What is wrong with the status of a response, as the end of a sentence about the server; undefined for one that exists. */
export function whyNoStatus(status: number): string | undefined {
  // No upgrade was asked for, and what follows would not be HTTP.
  if (status === 101) return 'it switches to another protocol (HTTP 101), which nobody asked for';
  return status >= 100 && status <= 599
    ? undefined
    : `it answered HTTP ${String(status).padStart(3, '0')}, a status that does not exist`;
}
