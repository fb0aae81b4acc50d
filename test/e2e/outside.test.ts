import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { AgentMailClient } from 'agentmail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Draft } from '../../src/client/index.ts';
import { startDraft } from '../../src/client/temporal.ts';
import { createInbox, createMachine, eventually, type Machine } from '../support/machine.ts';
import { temporalCliPath } from '../support/temporal.ts';

/** Clients we did not write, against the running system as it is installed. */
const run = promisify(execFile);
const INBOX = 'outside@countersign.test';
const AGENTMAIL_PYPI = 'agentmail==2.0.18';

let machine: Machine;
let pythonPath: string;
beforeAll(async () => {
  machine = await createMachine();
  await Promise.all([machine.start(), preparePython()]);
  await createInbox(machine.mailUrl, INBOX);
}, 240_000);
afterAll(() => machine?.dispose());

/** The PyPI SDK in a folder of its own, kept between runs. */
async function preparePython(): Promise<void> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? tmpdir(), '.cache'), 'countersign-tests');
  pythonPath = join(cache, AGENTMAIL_PYPI.replace('==', '-'));
  const env = { ...process.env, PYTHONPATH: pythonPath };
  const ready = () => run('python3', ['-c', 'import agentmail'], { env });
  if (existsSync(pythonPath) && (await ready().then(Boolean, () => false))) return;
  await run('python3', ['-m', 'pip', 'install', '--quiet', '--upgrade', '--target', pythonPath, AGENTMAIL_PYPI]);
  await ready();
}

const reportSchema = z.object({ draft_id: z.string(), sent: z.object({ message_id: z.string() }).optional() });
const pythonAgent = async (...args: string[]) => {
  const script = fileURLToPath(new URL('../foreign/python_agent.py', import.meta.url));
  const { stdout } = await run('python3', [script, machine.mailUrl, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PYTHONPATH: pythonPath, AGENT_INBOX: INBOX },
  });
  return reportSchema.parse(JSON.parse(stdout));
};

const inReview = (id: string) =>
  eventually(`${id} in review`, async () => {
    const draft = await machine.reviewer().drafts.get(id);
    return draft.status === 'in_review' && draft.current !== null && draft;
  });

async function approveAndWait(draft: Draft) {
  const { id, revision, digest } = draft;
  await machine.reviewer().drafts.decide(id, { decision: 'approve', revision, digest: digest ?? '' });
  return machine.reviewer().drafts.waitForOutcome(id, { timeoutMs: 60_000 });
}

const outboxOf = async (messageId: string | null) =>
  (await machine.mail.outbox()).messages.filter((message) => message.messageId === messageId);

describe('the AgentMail SDKs', () => {
  it('npm: creates, updates, lists, sends and reads back a draft', async () => {
    const client = new AgentMailClient({ apiKey: 'am_any', baseUrl: machine.mailUrl });
    const { drafts, messages } = client.inboxes;
    const made = await drafts.create(INBOX, { to: ['ana@customer.test'], subject: 'One', text: 'First' });
    await drafts.update(INBOX, made.draftId, { subject: 'Two' });
    const listed = await drafts.list(INBOX);
    expect(listed.drafts.map(({ draftId }) => draftId)).toContain(made.draftId);
    const sent = await drafts.send(INBOX, made.draftId, {}, { idempotencyKey: 'npm.1' });
    expect((await messages.get(INBOX, sent.messageId)).subject).toBe('Two');
  });

  it('PyPI: creates, updates, lists, sends and reads back a draft', async () => {
    const { sent } = await pythonAgent('--send');
    expect(await outboxOf(sent?.message_id ?? null)).toHaveLength(1);
  });

  it('a draft made by the PyPI SDK is adopted, approved, sent', async () => {
    const { draft_id: draftId } = await pythonAgent();
    const { id } = await machine.agent().drafts.create({ inbox: INBOX, adopt: { draftId } });
    const draft = await inReview(id);
    expect(draft.subject).toBe('Your order 4821');
    expect(draft.current?.content.attachments).toHaveLength(1);
    const outcome = await approveAndWait(draft);
    expect(outcome.status).toBe('sent');
    const [sent] = await outboxOf(outcome.messageId);
    expect(sent).toMatchObject({ draftId, subject: 'Your order 4821', text: 'Better words' });
  });
});

/** Every JSON payload in what the CLI printed, summaries that it decodes itself included. */
function payloadsOf(printed: string): unknown[] {
  const encoded = [...printed.matchAll(/"data":\s*"([^"]*)"/g)].map(([, data]) => Buffer.from(data ?? '', 'base64'));
  const plain = [...printed.matchAll(/"(?:staticSummary|summary)":\s*"([^"]*)"/g)].map(([, text]) => text);
  return [...plain, ...encoded.map((data) => parsed(String(data)))];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

describe('Temporal itself', () => {
  const temporal = async (...args: string[]) => {
    const { stdout } = await run(temporalCliPath(), [...args, '--address', machine.temporalAddress]);
    return stdout;
  };
  const content = { to: ['beck@example.com'], subject: 'By hand', text: 'Started from a shell.\n' };

  it('starts a draft from the plain CLI and approves it by signal; the Web UI has its story', async () => {
    const workflowId = 'draft-by-hand-1';
    const input = JSON.stringify({ inbox: INBOX, content });
    const start = ['workflow', 'start', '--type', 'draft', '--task-queue', 'countersign', '--workflow-id', workflowId];
    await temporal(...start, '--input', input, '--static-summary', 'started by hand');
    const { revision, digest } = await inReview(workflowId);

    const described = await temporal('workflow', 'describe', '--workflow-id', workflowId, '--output', 'json');
    expect(payloadsOf(described)).toEqual(expect.arrayContaining(['started by hand', 'in_review', 'review_all']));
    const metadata = await temporal(
      ...[
        'workflow',
        'query',
        '--workflow-id',
        workflowId,
        '--type',
        '__temporal_workflow_metadata',
        '--output',
        'json',
      ],
    );
    expect(metadata).toContain('in review');
    const history = await temporal('workflow', 'show', '--workflow-id', workflowId, '--output', 'json');
    expect(payloadsOf(history)).toContain('review time-out');

    const signal = ['workflow', 'signal', '--workflow-id', workflowId, '--name', 'approve'];
    await temporal(...signal, '--input', JSON.stringify({ revision, digest: 'f'.repeat(64) }));
    await temporal(...signal, '--input', JSON.stringify({ revision, digest }));
    const outcome = await machine.reviewer().drafts.waitForOutcome(workflowId, { timeoutMs: 60_000 });
    expect(outcome.status).toBe('sent');
    expect(await outboxOf(outcome.messageId)).toHaveLength(1);
    const events = await machine.reviewer().drafts.history(workflowId);
    expect(events.map(({ type }) => type)).toContain('signal_ignored');
    expect(events.find(({ type }) => type === 'approved')?.data.verified).toBe(false);
  });

  it('may forget a draft: its record stays', async () => {
    const workflowId = 'draft-by-hand-1';
    const before = await machine.reviewer().drafts.history(workflowId);
    await temporal('workflow', 'delete', '--workflow-id', workflowId, '--yes');
    await eventually('it is forgotten', () =>
      temporal('workflow', 'describe', '--workflow-id', workflowId).then(
        () => false,
        () => true,
      ),
    );
    expect(await machine.reviewer().drafts.history(workflowId)).toEqual(before);
    const draft = await machine.reviewer().drafts.get(workflowId);
    expect(draft).toMatchObject({ status: 'sent', engine: 'recorded', subject: 'By hand' });
    const { items } = await machine.reviewer().drafts.list({ q: 'by hand' });
    expect(items.map(({ id }) => id)).toContain(workflowId);
  });

  it('says plainly what is wrong with an input', async () => {
    const workflowId = 'draft-by-hand-2';
    const start = ['workflow', 'start', '--type', 'draft', '--task-queue', 'countersign', '--workflow-id', workflowId];
    await temporal(...start, '--input', JSON.stringify({ inbox: INBOX, content, adopt: { draftId: 'x' } }));
    const shown = await eventually('it failed', async () => {
      const text = await temporal('workflow', 'show', '--workflow-id', workflowId, '--output', 'json');
      return text.includes('EVENT_TYPE_WORKFLOW_EXECUTION_FAILED') && text;
    });
    expect(shown).toContain('exactly one of content, adopt and recipe');
  });

  it('starts once through the helper for code beside the cluster', async () => {
    const connection = await Connection.connect({ address: machine.temporalAddress });
    const client = new Client({ connection });
    const options = { requestId: 'beside-1' };
    const first = await startDraft(client, { inbox: INBOX, content, schedule: { kind: 'held' } }, options);
    const second = await startDraft(client, { inbox: INBOX, content, schedule: { kind: 'held' } }, options);
    expect(second.workflowId).toBe(first.workflowId);
    const draft = await inReview(first.workflowId);
    expect(draft.createdBy.id).toBe('unverified:starter');
    await machine.reviewer().drafts.decide(draft.id, {
      decision: 'reject',
      revision: draft.revision,
      digest: draft.digest ?? '',
    });
    expect(await first.result()).toMatchObject({ status: 'rejected' });
    await connection.close();
  });
});
