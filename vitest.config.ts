import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Whole systems on shared, busy machines: one more try tells a slow minute from a fault. Locally every failure shows.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores are the reference machine; more forks only fight over them.
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
  },
});
