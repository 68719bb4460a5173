/** How a call ended, as the audit line and the metrics say it. */
export type Outcome =
  | 'answered' // the server's answer was passed on to its end
  | 'accepted' // a notification, a response or a DELETE was passed on
  | 'streaming' // a stream was opened
  | 'asked' // a request of the server was shown to the client
  | 'refused' // policy, intake or identity said no
  | 'pending' // held, and its client told to call again
  | 'interrupted' // the gate ended before the answer came
  | 'client-gone' // the client left before the end
  | 'upstream-error'; // the server could not be reached, broke off or answered nonsense
