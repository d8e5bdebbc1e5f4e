import { describe, expect, it } from 'vitest';
import { runProgram } from './run.ts';
import { EXIT, type Invocation, type Verb } from './verb.ts';

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  invocation?: Invocation;
}

async function run(line: string, environment: Record<string, string> = {}): Promise<Ran> {
  const ran: Ran = { code: -1, stdout: '', stderr: '' };
  const verb: Verb = {
    name: 'kb ask',
    positionals: ['KB', 'QUESTION…'],
    summary: 'Asks.',
    example: 'loam kb ask ABCDEFGHIJ "Why?"',
    options: { model: { type: 'string', help: 'The model', default: 'claude' } },
    run: async (invocation) => {
      ran.invocation = invocation;
      if (invocation.positionals[0] === 'GONE')
        throw new Error('canceled (caused by: connect ECONNREFUSED 127.0.0.1:1)');
      invocation.output.result({ answer: 42 }, 'forty-two');
      return EXIT.done;
    },
  };
  const streams = {
    stdout: { write: (text: string) => (ran.stdout += text) },
    stderr: { write: (text: string) => (ran.stderr += text) },
    now: () => 0,
  };
  const signal = new AbortController().signal;
  ran.code = await runProgram({ verbs: [verb], environment, streams, signal }, line.split(' ').filter(Boolean));
  return ran;
}

describe('the command line', () => {
  it('runs a verb with its options, settings and defaults', async () => {
    const ran = await run('kb ask KB1 why not --port 99');
    expect([ran.code, ran.stdout]).toEqual([0, 'forty-two\n']);
    expect(ran.invocation?.positionals).toEqual(['KB1', 'why', 'not']);
    expect(ran.invocation?.options.model).toBe('claude');
    expect(ran.invocation?.configuration.port).toBe(99);
  });

  it('gives the result as JSON with --json', async () => {
    expect((await run('kb ask KB1 why --json')).stdout).toBe('{"answer":42}\n');
  });

  it('says that no server answers', async () => {
    const ran = await run('kb ask GONE why');
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('No server answers at 127.0.0.1:1.')]);
  });

  it('helps', async () => {
    expect((await run('--help')).stdout).toMatch(/kb ask .*Asks\.[\s\S]*--database-url .*LOAM_DATABASE_URL/);
    const help = (await run('kb ask --help')).stdout;
    expect(help).toContain('Usage: loam kb ask KB QUESTION…');
    expect(help).toContain('Example:\n  loam kb ask ABCDEFGHIJ "Why?"');
  });

  it('helps with a group of verbs', async () => {
    const ran = await run('kb --help');
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringMatching(/Usage: loam kb COMMAND[\s\S]*kb ask .*Asks\./)]);
    expect((await run('kb')).code).toBe(2);
  });

  it.each([
    ['kb eat', /no command "kb eat". Allowed: kb ask/],
    ['fly', /no command "fly". Allowed: kb ask/],
    ['kb ask KB1', /needs QUESTION/],
    ['kb ask KB1 why --fast', /--fast.*Allowed: --model/],
    ['kb ask KB1 why --port x', /--port is wrong/],
  ])('answers wrong use (%s) with exit 2 and a sentence', async (line, message) => {
    const ran = await run(line);
    expect(ran.code).toBe(EXIT.usage);
    expect(ran.stderr).toMatch(message);
  });
});
