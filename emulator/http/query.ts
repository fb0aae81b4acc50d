import { z } from 'zod';
import { invalid } from '../errors.ts';

const stringArray = z.array(z.string());

/** A list parameter. SDKs differ: one JSON array, or the name repeated, or `name[0]=`. */
export function listParam(query: URLSearchParams, name: string): string[] {
  const values = [...query.entries()].filter(([key]) => key === name || key.startsWith(`${name}[`)).map(([, v]) => v);
  return values.flatMap((value) => (value.startsWith('[') ? jsonList(value, name) : [value]));
}

export function booleanParam(query: URLSearchParams, name: string): boolean {
  return query.get(name)?.toLowerCase() === 'true';
}

export function timeParam(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw invalid('must be an ISO 8601 time', [name]);
  return ms;
}

export interface CommonFilters {
  labels: string[];
  beforeMs: number | undefined;
  afterMs: number | undefined;
  ascending: boolean;
}

export function commonFilters(query: URLSearchParams): CommonFilters {
  return {
    labels: listParam(query, 'labels'),
    beforeMs: timeParam(query, 'before'),
    afterMs: timeParam(query, 'after'),
    ascending: booleanParam(query, 'ascending'),
  };
}

export function passesFilters(filters: CommonFilters, labels: string[], timeIso: string): boolean {
  const { beforeMs, afterMs } = filters;
  if (!filters.labels.every((label) => labels.includes(label))) return false;
  if (beforeMs === undefined && afterMs === undefined) return true;
  const timeMs = Date.parse(timeIso);
  return (beforeMs === undefined || timeMs < beforeMs) && (afterMs === undefined || timeMs > afterMs);
}

function jsonList(text: string, name: string): string[] {
  try {
    return stringArray.parse(JSON.parse(text));
  } catch {
    throw invalid('must be a list of strings', [name]);
  }
}
