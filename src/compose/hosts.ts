/** Whether a host is on the list: exactly, or under `*.suffix` (any depth, never the suffix itself). Lower case both. */
export function hostAllowed(host: string, list: readonly string[]): boolean {
  return list.some((entry) => hostMatches(host, entry));
}

/** Whether the list names this very host, not by a pattern: somebody meant exactly this one. */
export function hostListed(host: string, list: readonly string[]): boolean {
  return list.some((entry) => normalHost(entry) === normalHost(host));
}

function hostMatches(host: string, entry: string): boolean {
  const name = normalHost(host);
  const wanted = normalHost(entry);
  if (wanted.startsWith('*.')) return name.length > wanted.length - 1 && name.endsWith(wanted.slice(1));
  return name === wanted;
}

/** Lower case, without the root's dot and the brackets of IPv6. */
export function normalHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}
