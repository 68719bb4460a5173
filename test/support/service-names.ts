/** For a process of a test that reaches a Service by its name (`node --import`): there is no DNS of a cluster, and what it leads to is here. */
import dns from 'node:dns';

const { lookup } = dns;
const here = (name: string): string => (name.endsWith('.svc') ? '127.0.0.1' : name);
dns.lookup = Object.assign((name: string, ...rest: [never, never]) => lookup(here(name), ...rest), lookup);
