/** The names under which a Service is reached: the API server uses the first, pods any of them. */
export function dnsNamesOf(service: { name: string; namespace: string; clusterDomain: string }): string[] {
  const short = `${service.name}.${service.namespace}`;
  return [`${short}.svc`, short, `${short}.svc.${service.clusterDomain}`];
}
