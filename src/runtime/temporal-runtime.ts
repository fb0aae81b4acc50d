import { type LogLevel, type LogMetadata, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from '../log.ts';

let installed = false;

/**
 * Sets Temporal's process-wide runtime up once: its logs go through ours, and signals stay with us, because the order in
 * which an embedded system stops is not the worker's to decide. Call it before the first worker's connection: that one
 * makes a default runtime, which catches signals itself.
 */
export function installRuntime(log: Logger): void {
  if (installed) return;
  installed = true;
  try {
    Runtime.install({
      shutdownSignals: [],
      logger: temporalLogger(log),
      telemetryOptions: {
        logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'WARN' }), forward: {} },
      },
    });
  } catch (error) {
    // Something in this process (a test environment, for one) made the default runtime before us: it works as well.
    if (!(error instanceof Error && error.name === 'IllegalStateError')) throw error;
    log.warn('The Temporal runtime was there already: its logs and signal handlers stay');
  }
}

const LEVELS = { TRACE: 'debug', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

function temporalLogger(log: Logger) {
  const child = log.child({ source: 'temporal' });
  const write = (level: LogLevel, message: string, meta?: LogMetadata) => {
    const { error, ...fields } = meta ?? {};
    child[LEVELS[level]](error === undefined ? fields : { ...fields, err: error }, message);
  };
  return {
    log: write,
    trace: (message: string, meta?: LogMetadata) => write('TRACE', message, meta),
    debug: (message: string, meta?: LogMetadata) => write('DEBUG', message, meta),
    info: (message: string, meta?: LogMetadata) => write('INFO', message, meta),
    warn: (message: string, meta?: LogMetadata) => write('WARN', message, meta),
    error: (message: string, meta?: LogMetadata) => write('ERROR', message, meta),
  };
}
