import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Tests of behaviour are never timed: the timeouts below only end a test that hangs. */
const config: ViteUserConfig = defineConfig({
  test: {
    env: {
      // What the machine's own settings would change must not reach a test.
      ...{ CI: '', NO_COLOR: '', FORCE_COLOR: '', STALK_BROKER_URL: '', CELERY_BROKER_URL: '' },
      // And what a test does must not reach the machine's own log and memory of nodes: there is no such folder.
      ...{ STALK_AUDIT: 'off', XDG_STATE_HOME: '/dev/null' },
    },
    reporters: ['default', './test/support/plain-line-reporter.ts'],
    // One project after the other: tests of brokers take them away and bring them back, and share them with no one.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}'],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'brokers',
          include: ['test/brokers/**/*.test.ts'],
          globalSetup: ['test/support/servers-setup.ts', 'test/support/build-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'terminal',
          include: ['test/terminal/**/*.test.ts'],
          globalSetup: [
            'test/support/servers-setup.ts',
            'test/support/shells-setup.ts',
            'test/support/build-setup.ts',
          ],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: ['test/support/build-setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

export default config;
