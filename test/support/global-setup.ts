import type { TestProject } from 'vitest/node';
import { loadConfig } from '../../src/config.ts';
import { findTemporalCli, findTestServer } from '../../src/embedded/temporal-binary.ts';
import { type PostgresCluster, startPostgres } from './postgres-cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    temporalCliPath: string;
    testServerPath: string;
    postgresAdminUrl: string;
  }
}

let postgres: PostgresCluster | undefined;

/** Runs once before all test files: the programs they need, and one PostgreSQL cluster for all of them. */
export async function setup(project: TestProject) {
  const { binaries } = loadConfig();
  const [temporalCliPath, testServerPath, cluster] = await Promise.all([
    findTemporalCli({ ...binaries, explicitPath: binaries.temporalCliPath }),
    findTestServer({ ...binaries, explicitPath: binaries.testServerPath }),
    startPostgres(),
  ]);
  postgres = cluster;
  project.provide('temporalCliPath', temporalCliPath);
  project.provide('testServerPath', testServerPath);
  project.provide('postgresAdminUrl', postgres.adminUrl);
}

export async function teardown() {
  await postgres?.stop();
}
