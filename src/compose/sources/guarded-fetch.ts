import { lookup as dnsLookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPrivateAddress } from './private-address.ts';

/** A name that resolves to an address inside: the request never leaves. */
export class PrivateAddressError extends Error {
  override name = 'PrivateAddressError';
}

/** The part of `fetch` that HTTP sources use. Redirects are answered, not followed. */
export type SourceFetch = (
  url: URL,
  options: { headers: Record<string, string>; signal: AbortSignal; allowPrivate: boolean },
) => Promise<SourceResponse>;

export interface SourceResponse {
  status: number;
  headers: { get(name: string): string | null };
  /** Ends early when the caller stops reading. */
  body: AsyncIterable<Uint8Array>;
}

/**
 * GET that checks the address it is about to connect to, not one resolved beforehand: a name that answers differently the
 * second time (DNS rebinding) gains nothing. The built-in `fetch` offers no such hook.
 */
export const guardedFetch: SourceFetch = (url, { headers, signal, allowPrivate }) =>
  new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) {
      reject(new PrivateAddressError('the address is not a public one'));
      return;
    }
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const options = { method: 'GET', headers, signal, agent: false, ...(allowPrivate ? {} : { lookup: publicLookup }) };
    send(url, options, (response) => resolve(toResponse(response)))
      .on('error', reject)
      .end();
  });

/** Resolves to public addresses only; one private answer spoils the name. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const first = addresses[0];
    if (first === undefined || addresses.some(({ address }) => isPrivateAddress(address))) {
      return callback(new PrivateAddressError('the host resolves to an address that is not public'), '', 0);
    }
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};

function toResponse(response: IncomingMessage): SourceResponse {
  return {
    status: response.statusCode ?? 0,
    headers: {
      get: (name) => {
        const value = response.headers[name.toLowerCase()];
        return Array.isArray(value) ? value.join(', ') : (value ?? null);
      },
    },
    body: response,
  };
}
