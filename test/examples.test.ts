import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './support/server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const protocols = join(root, '..', 'shared', 'data', 'documents', 'pdf');
const python = process.env.LOAM_TEST_PYTHON;
const run = promisify(execFile);

const languages = [
  {
    name: 'Python',
    missing: python ? undefined : 'LOAM_TEST_PYTHON names no Python with boto3 and langchain-aws',
    program: (name: string) => [
      python ?? '',
      join(root, 'examples/knowledge-base/python', `${name.replaceAll('-', '_')}.py`),
    ],
  },
  {
    name: 'TypeScript',
    missing: undefined,
    program: (name: string) => [
      process.execPath,
      '--import',
      'tsx',
      join(root, 'examples/knowledge-base/typescript', `${name}.ts`),
    ],
  },
];

const noProtocols = existsSync(protocols) ? undefined : 'the clinical protocols are not at hand';

describe.each(languages)('the programs of the drug-discovery post in $name', ({ name, missing, program }) => {
  const absent = missing ?? noProtocols;
  if (absent) {
    it.skip(`skipped: ${absent}`, () => undefined);
    return;
  }
  let server: TestServer;
  let folder: string;
  let knowledgeBaseId: string;
  const runProgram = async (file: string, ...values: string[]): Promise<string> => {
    const [command = '', ...line] = [...program(file), ...values];
    const { stdout } = await run(command, line, { env: { ...process.env, ...server.environment }, cwd: root });
    return stdout;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loam-protocols-'));
    for (const file of readdirSync(protocols).filter((file) => file.startsWith('clinical__'))) {
      copyFileSync(join(protocols, file), join(folder, file));
    }
    server = await startServer();
    knowledgeBaseId = (await runProgram('build-knowledge-base', folder, `trials-${name.toLowerCase()}`)).trim();
  }, 120_000);

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('retrieve_and_generate cites, and a follow-up differs with the session', async () => {
    const output = await runProgram('retrieve-and-generate', knowledgeBaseId);
    expect(output).toContain('"retrievedReferences"');
    const alone = /Without the session: (.*)/.exec(output)?.[1];
    const followUp = /With the session: (.*)/.exec(output)?.[1];
    expect(alone).toBeTruthy();
    expect(followUp).toBeTruthy();
    expect(followUp).not.toBe(alone);
  }, 60_000);

  it('retrieve gives three passages that the model answers from', async () => {
    const output = await runProgram('retrieve', knowledgeBaseId);
    expect(output.match(/s3:\/\//g)).toHaveLength(3);
    expect(output.trim().split('\n').at(-1)).toMatch(/\w{4}/);
  }, 60_000);

  it('the chain answers five questions from four passages each', async () => {
    const output = await runProgram('retrieval-qa', knowledgeBaseId);
    expect(output.match(/^Q: /gm)).toHaveLength(5);
    expect(output.match(/^A: \S+/gm)).toHaveLength(5);
    expect(output.match(/\[s3:\/\//g)).toHaveLength(20);
  }, 60_000);
});
