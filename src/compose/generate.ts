import { ComposeError } from './errors.ts';
import { oneLine } from './escape.ts';
import { type RecipePlan, stepOf } from './plan.ts';
import { fillTemplate } from './template.ts';

/** Results of the sources by step id. */
export type SourceResults = Record<string, unknown>;

/** Writes an email from data; the AI SDK's implementation is in `model.ts`. */
export interface Generator {
  /** Kept with what it wrote, so that a reviewer and an auditor know. */
  readonly model: string;
  generate(request: {
    instructions: string;
    sources: SourceResults;
    /** What reviewers asked for, oldest first. */
    comments: string[];
    signal?: AbortSignal;
  }): Promise<{ subject: string; markdown: string }>;
}

export interface Generated {
  /** One line; empty where AgentMail derives it (a reply). */
  subject: string;
  markdown: string;
  /** Variables that the template wanted and no source had. */
  missing: string[];
  writtenBy: 'template' | 'model';
  /** The model's name, when one wrote. */
  model?: string;
}

/**
 * Writes subject and Markdown from the sources' results. The model writes when the plan asks for it and one is
 * configured, else the template. Reviewers' comments reach templates as `comments`.
 * @throws ComposeError `template_invalid`, `plan_invalid` when a source's result is absent, `model_*` from the model
 */
export async function generate(
  plan: RecipePlan,
  sources: SourceResults,
  options: {
    comments?: string[];
    /** What templates may use besides the sources, such as `unsubscribe_url`. */
    variables?: Record<string, string>;
    generator?: Generator;
    signal?: AbortSignal;
  } = {},
): Promise<Generated> {
  const step = stepOf(plan, 'generate');
  const absent = plan.steps.find((one) => one.kind === 'source' && !Object.hasOwn(sources, one.id));
  if (absent) throw new ComposeError('plan_invalid', `no result of source ${absent.id}`, { step: step.id });
  const comments = options.comments ?? [];
  if (step.model !== null && options.generator) {
    const written = await options.generator.generate({
      instructions: step.model.instructions,
      sources,
      comments,
      signal: options.signal,
    });
    return {
      subject: plan.initial.reply === null ? oneLine(written.subject) : '',
      markdown: written.markdown,
      missing: [],
      writtenBy: 'model',
      model: options.generator.model,
    };
  }
  const data = { ...options.variables, ...sources, comments };
  const subject = fillTemplate('subject', step.template.subject, data);
  const body = fillTemplate('body', step.template.body, data);
  return {
    subject: oneLine(subject.text) || plan.initial.subject,
    markdown: `${body.text.replace(/\n{3,}/g, '\n\n').trim()}\n`,
    missing: [...new Set([...subject.missing, ...body.missing])],
    writtenBy: 'template',
  };
}
