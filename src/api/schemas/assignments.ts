import { z } from '@hono/zod-openapi';
import { instant, orNull, personSchema } from './common.ts';

export const assignmentSchema = z
  .object({
    person: personSchema,
    by: personSchema,
    at: instant,
    until: instant.nullable().openapi({ description: 'A claim ends by itself then; null: it stays until changed.' }),
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

export const peopleSchema = z.object({ items: z.array(personSchema) }).openapi('People');
export type People = z.infer<typeof peopleSchema>;
