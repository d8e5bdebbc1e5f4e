#!/usr/bin/env node
import { runProgram } from './cli/run.ts';
import { verbs } from './cli/verbs.ts';

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());

// The official clients print that coming versions will need a newer Node than this one runs on.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const streams = { stdout: process.stdout, stderr: process.stderr, now: Date.now };
const program = { verbs, environment: process.env, streams, signal: controller.signal };
process.exitCode = await runProgram(program, process.argv.slice(2));
