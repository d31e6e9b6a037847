import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['**/*.{e2e,browser,package,docs}.test.ts', 'node_modules/**'],
          setupFiles: ['harness/checks/compile-cache.ts', 'harness/checks/property-seed.ts'],
          // Loading modules afresh for each file took a quarter of all time; they keep no state but caches of what is computed.
          isolate: false,
          // Without it one core is left to vitest itself, which is half of two. No other project has as many workers, hence the group.
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
          // No test measures time: these only end what hangs, on a busy machine too.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          exclude: ['node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 30_000 } },
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'package',
          include: ['**/*.package.test.ts'],
          exclude: ['node_modules/**'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'docs',
          include: ['**/*.docs.test.ts'],
          exclude: ['node_modules/**'],
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['**/*.e2e.test.ts'],
          globalSetup: ['clusters/kind/fixtures/shared-cluster.ts'],
          exclude: ['node_modules/**'],
          testTimeout: 900_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
