/** What a gate says of itself with all that it sends (OpenTelemetry resource conventions, service and k8s). */

/**
 * `server` is `namespace/name`. `service.name` is one for all replicas of a gate, and another than that of the server behind it, so that a
 * map of services shows both. `service.instance.id` is one run of the process.
 */
export function gateResource(server: string, version: string, instance: string): Record<string, string> {
  const slash = server.indexOf('/');
  const [namespace, name] = slash < 0 ? ['', server] : [server.slice(0, slash), server.slice(slash + 1)];
  return {
    'service.name': name === '' ? 'sallyport-gate' : `${name}-gate`,
    ...(namespace !== '' && { 'service.namespace': namespace }),
    'service.version': version,
    'service.instance.id': instance,
    'sallyport.server': server,
  };
}
