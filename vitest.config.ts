import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: 'test/scratch.ts',
    passWithNoTests: false,
    maxWorkers: 2,
    // Some tests are about time, and one slow moment of a machine that others use is no finding.
    retry: process.env.CI ? 1 : 0,
  },
});
