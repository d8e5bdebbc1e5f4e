import { configDefaults, defineConfig } from 'vitest/config';
import { closingLine } from './test/support/closing-line.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/full/**'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    reporters: ['default', closingLine()],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // pdfjs rejects promises that it hands to nobody when a file is broken; what reads the file is told all the same.
    onUnhandledError: ({ name, stack = '' }) => !(/Exception$/.test(name) && stack.includes('pdfjs-dist')),
  },
});
