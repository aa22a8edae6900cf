import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'checks', include: ['checks/**/*.test.ts'] } },
      { extends: true, test: { name: 'pure', include: ['{contract,numerics}/src/**/*.test.ts'] } },
      { extends: true, test: { name: 'web', include: ['web/src/**/*.test.{ts,tsx}'] } },
      {
        extends: true,
        test: { name: 'cli', include: ['cli/e2e/**/*.test.ts'], globalSetup: ['server/src/test-database.ts'] },
      },
      {
        extends: true,
        test: { name: 'browser', include: ['web/e2e/**/*.test.ts'], globalSetup: ['server/src/test-database.ts'] },
      },
      {
        extends: true,
        test: { name: 'server', include: ['server/src/**/*.test.ts'], globalSetup: ['server/src/test-database.ts'] },
      },
    ],
  },
})
