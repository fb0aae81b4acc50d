import type { Command } from 'commander';
import type { Ready } from '../../client/index.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { EXIT, type ExitCode, ExitWith } from '../exit.ts';
import { foreignSenders } from '../foreign-senders.ts';
import { safe } from '../text.ts';

interface Finding {
  what: string;
  state: 'ok' | 'warning' | 'error';
  message: string;
}

export function addDoctor(program: Command, io: Io): void {
  const command = program
    .command('doctor')
    .description('what is reachable, who your key is, and what to do about the rest')
    .action(async () => doctor(contextOf(io, command)));
}

async function doctor(context: Context): Promise<void> {
  const { out, io } = context;
  const findings: Finding[] = [{ what: 'node', state: 'ok', message: process.version }];
  const code = await checkServer(context, findings);
  findings.push(...(await checkAgentMailKeys(io)));
  if (out.json) out.value({ findings });
  else {
    const color = { ok: 'green', warning: 'yellow', error: 'red' } as const;
    const rows = safe(findings).map(({ what, state, message }) => [what, out.style(state, color[state]), message]);
    out.table(['part', 'state', 'finding'], rows, ['finding']);
  }
  if (code !== EXIT.ok) throw new ExitWith(code);
}

async function checkServer(context: Context, findings: Finding[]): Promise<ExitCode> {
  const fail = (what: string, error: unknown): ExitCode => {
    findings.push({ what, state: 'error', message: error instanceof Error ? error.message : String(error) });
    return EXIT.unavailable;
  };
  let client: ReturnType<Context['client']>;
  try {
    client = context.client('reviewer');
    const { version } = await client.health();
    findings.push({ what: 'server', state: 'ok', message: `version ${version}` });
  } catch (error) {
    return fail('server', error);
  }
  let worst: ExitCode = EXIT.ok;
  try {
    const { id, name, roles } = await client.me();
    findings.push({ what: 'key', state: 'ok', message: `${name} (${id}): ${roles.join(', ')}` });
  } catch (error) {
    fail('key', error);
    worst = EXIT.error;
  }
  try {
    const ready = await client.ready();
    findings.push(...findingsOf(ready));
    if (ready.status === 'unavailable') worst = EXIT.unavailable;
  } catch (error) {
    return fail('ready', error);
  }
  return worst;
}

const ADVICE: Record<keyof Ready['checks'], string> = {
  temporal: 'Is it running, and are TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE right?',
  worker: 'Drafts wait until one runs.',
  database: 'Is DATABASE_URL right?',
  agentmail: 'Drafts wait until it is back; check AGENTMAIL_API_KEY.',
};
function findingsOf({ checks }: Ready): Finding[] {
  const parts = ['temporal', 'worker', 'database', 'agentmail'] as const;
  return parts.map((what) => {
    const { state, message, latencyMs } = checks[what];
    if (state === 'ok') return { what, state, message: `answers in ${latencyMs} ms` };
    const grave = what === 'temporal' || what === 'database';
    return { what, state: grave ? 'error' : 'warning', message: `${message} ${ADVICE[what]}` };
  });
}

/** Only what was approved leaves while no other key can change or send drafts: AgentMail has no conditional send. */
async function checkAgentMailKeys(io: Io): Promise<Finding[]> {
  const { AGENTMAIL_API_KEY: apiKey, AGENTMAIL_BASE_URL: baseUrl } = io.env;
  const what = 'other keys';
  if (apiKey === undefined) {
    const message = 'not looked at: set AGENTMAIL_API_KEY to have the keys of the account checked';
    return [{ what, state: 'warning', message }];
  }
  try {
    const foreign = await foreignSenders({ apiKey, baseUrl });
    if (foreign.length === 0) return [{ what, state: 'ok', message: 'no other key may change or send drafts' }];
    return foreign.map(({ name, can }) => ({
      what,
      state: 'warning',
      message: `"${name}" may ${can.join(' and ')}: mail can leave past review. Take ${can.join(' and ')} from it.`,
    }));
  } catch (error) {
    const message = `cannot be seen (${error instanceof Error ? error.message : String(error)}): the key needs api_key_read`;
    return [{ what, state: 'warning', message }];
  }
}
