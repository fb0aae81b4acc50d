/** `host:port`, an IPv6 host in brackets; undefined for anything else. */
export function parseRelay(target: string): { host: string; port: number } | undefined {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/i.exec(target);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3]);
  return host !== undefined && port > 0 && port <= 65_535 ? { host, port } : undefined;
}
