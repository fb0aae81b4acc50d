import { z } from 'zod';

/** The names under which a composition keeps its parts with the draft. */
export const KEPT = {
  plan: 'plan',
  generated: 'generated',
  rendered: 'rendered',
  source: (id: string) => `source:${id}`,
} as const;

const answerSchema = z.object({
  data: z.unknown(),
  /** Absent in what was kept before 0.2. */
  fetchedAtMs: z.int().optional(),
});

/** What a source answered, and when. */
export interface SourceAnswer {
  data: unknown;
  fetchedAtMs: number | null;
}

/** Reads a kept answer; null when the source has not answered yet. */
export function readAnswer(kept: unknown): SourceAnswer | null {
  if (typeof kept !== 'object' || kept === null || !('data' in kept)) return null;
  const { data, fetchedAtMs = null } = answerSchema.parse(kept);
  return { data, fetchedAtMs };
}

const writerSchema = z.object({
  writtenBy: z.enum(['template', 'model']),
  /** Its name, as the model's service knows it. */
  model: z.string().optional(),
});

/** Who wrote the text of a composition; null before it was written. */
export interface Writer {
  writtenBy: 'template' | 'model';
  model: string | null;
}

export function readWriter(kept: unknown): Writer | null {
  const { data } = writerSchema.safeParse(kept);
  return data ? { writtenBy: data.writtenBy, model: data.model ?? null } : null;
}
