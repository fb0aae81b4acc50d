export { type AttachmentInput, splitAttachments } from './attachments.ts';
export { check } from './check.ts';
export { composeContent } from './content.ts';
export { ComposeError, type ComposeErrorCode } from './errors.ts';
export { type Generated, type Generator, generate, type SourceResults } from './generate.ts';
export { KEPT, readAnswer, readWriter, type SourceAnswer, type Writer } from './kept.ts';
export { createModelGenerator, type ModelOptions } from './model.ts';
export {
  type CheckStep,
  type GenerateStep,
  parsePlan,
  planSteps,
  RECIPIENT_LANGUAGE,
  type RecipePlan,
  type RenderStep,
  type SourceStep,
  sourceSteps,
  stepOf,
  UNSUBSCRIBE_URL,
} from './plan.ts';
export { defineRecipe, type PlanSpec, type Recipe } from './recipe.ts';
export { createRegistry, getRecipe, recipes } from './recipes/index.ts';
export { render } from './render.ts';
export { fetchHttpSource, type HttpSourceOptions } from './sources/http.ts';
export { type ThreadData, type ThreadMessage, threadSource } from './sources/thread.ts';
