import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../ids.ts';

/** Attachment and raw mail bytes, by the SHA-256 of their content. */
export interface BlobStore {
  /** Stores the bytes and answers their hash; they are durable when this returns. */
  put(bytes: Uint8Array): string;
  get(sha256: string): Uint8Array | undefined;
}

export function memoryBlobs(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  return {
    put: (bytes) => {
      const hash = sha256Hex(bytes);
      blobs.set(hash, bytes);
      return hash;
    },
    get: (hash) => blobs.get(hash),
  };
}

export function fileBlobs(dataDir: string): BlobStore {
  const dir = join(dataDir, 'blobs');
  mkdirSync(dir, { recursive: true });
  return {
    put: (bytes) => {
      const hash = sha256Hex(bytes);
      const path = join(dir, hash);
      if (existsSync(path)) return hash;
      // Renamed into place, so that a kill in the middle never leaves a short file under a full file's hash.
      const partial = `${path}.${process.pid}.part`;
      writeFileSync(partial, bytes);
      renameSync(partial, path);
      return hash;
    },
    get: (hash) => {
      const path = join(dir, hash);
      return existsSync(path) ? readFileSync(path) : undefined;
    },
  };
}
