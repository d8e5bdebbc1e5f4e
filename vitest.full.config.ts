import { defineConfig } from 'vitest/config';
import { closingLine } from './test/support/closing-line.ts';

// What takes too long or needs too much for every run: one file at a time, on real parts that test/full/run.sh installs.
export default defineConfig({
  test: {
    include: ['test/full/**/*.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    reporters: ['verbose', closingLine()],
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
