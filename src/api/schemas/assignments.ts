import { z } from '@hono/zod-openapi';
import { ROUTING_OUTCOMES } from '../../domain/routing.ts';
import { instant, orNull, personSchema } from './common.ts';

const causeSchema = z
  .union([
    z.object({ kind: z.literal('turn'), group: z.string() }),
    z.object({ kind: z.literal('route') }),
    z.object({ kind: z.literal('stand_in'), person: personSchema }),
  ])
  .openapi('AssignmentCause', {
    description:
      'It was their turn in a group, a rule or the inbox names them, or they stand in for somebody away. Null: somebody took it or handed it over.',
  });
export const assignmentSchema = z
  .object({
    person: personSchema,
    by: personSchema,
    at: instant,
    until: instant.nullable().openapi({ description: 'A claim ends by itself then; null: it stays until changed.' }),
    cause: orNull(causeSchema),
  })
  .openapi('Assignment', { description: 'Who looks after a draft. It hinders nobody else from deciding.' });
export type AssignmentView = z.infer<typeof assignmentSchema>;

export const claimSchema = z
  .strictObject({
    takeOver: z
      .boolean()
      .default(false)
      .openapi({ description: 'Also when somebody else has it. Without it, the answer says who does.' }),
  })
  .openapi('Claim');
export type Claim = z.input<typeof claimSchema>;

export const assignSchema = z
  .strictObject({
    person: z.string().min(1).max(255).openapi({ description: 'Id of a person who may review.' }),
  })
  .openapi('Assign');
export type Assign = z.input<typeof assignSchema>;

export const assigneeSchema = z
  .object({ draftId: z.string(), assignee: orNull(assignmentSchema) })
  .openapi('Assignee', { description: 'Who has the draft now; null: nobody.' });
export type Assignee = z.infer<typeof assigneeSchema>;

export const routingSchema = z
  .object({
    group: z.string().nullable(),
    person: orNull(personSchema),
    outcome: z.enum(ROUTING_OUTCOMES),
    summary: z.string().openapi({ description: 'The same as a sentence.' }),
    at: instant,
  })
  .openapi('Routing', {
    description: 'Whom policy asked first about the revision, and why nobody where nobody could be.',
  });
export type RoutingView = z.infer<typeof routingSchema>;

export const absenceSchema = z
  .object({
    person: personSchema,
    from: instant,
    until: instant.openapi({ description: 'Back from then on.' }),
    standIn: orNull(personSchema),
    saidBy: personSchema,
    at: instant,
  })
  .openapi('Absence');
export type AbsenceView = z.infer<typeof absenceSchema>;
export const absenceListSchema = z.object({ items: z.array(absenceSchema) }).openapi('AbsenceList');
export type AbsenceList = z.infer<typeof absenceListSchema>;
export const putAbsenceSchema = z
  .strictObject({
    from: instant.optional().openapi({ description: 'From now on when it is left out.' }),
    until: instant,
    standIn: z
      .string()
      .min(1)
      .max(255)
      .nullable()
      .default(null)
      .openapi({ description: 'Id of a person who may review: what would go to the other goes there meanwhile.' }),
  })
  .openapi('PutAbsence');
export type PutAbsence = z.input<typeof putAbsenceSchema>;
export const absenceParams = z.object({
  person: z
    .string()
    .min(1)
    .max(255)
    .openapi({ param: { name: 'person', in: 'path' }, example: 'usr_1' }),
});

const reviewerSchema = personSchema
  .extend({ away: orNull(absenceSchema.pick({ from: true, until: true, standIn: true })) })
  .openapi('Reviewer', { description: 'A person who may review, and whether they are away now or will be.' });
export type Reviewer = z.infer<typeof reviewerSchema>;
export const peopleSchema = z.object({ items: z.array(reviewerSchema) }).openapi('People');
export type People = z.infer<typeof peopleSchema>;
