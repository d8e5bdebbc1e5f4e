import { once } from 'node:events';
import type { Loam } from '../../loam.ts';
import { EXIT, type Invocation, type Verb } from '../verb.ts';

export const start: Verb = {
  name: 'start',
  positionals: [],
  summary: 'Start the server.',
  example: 'loam start --port 4566 --data ./loam-data',
  options: {},
  async run(invocation) {
    const { configuration, environment, output, signal } = invocation;
    const { startLoam } = await import('../../loam.ts');
    const { createLog } = await import('../../server/log.ts');
    const loam = await startLoam({ configuration, environment, log: createLog(configuration.logLevel), signal });
    const { endpoint, consoleOrigin, consoleLink } = loam;
    output.result({ endpoint, consoleOrigin, consoleLink }, welcome(loam, invocation));
    // Without TLS a hang-up stays what it is: the terminal has gone.
    if (configuration.tlsCert !== undefined) process.on('SIGHUP', () => void loam.reload());
    if (!signal.aborted) await once(signal, 'abort');
    await loam.stop();
    return EXIT.done;
  },
};

function welcome(loam: Loam, { configuration }: Invocation): string {
  return `
Loam answers at ${loam.endpoint}

${keysOf(loam)}

Console: ${loam.consoleLink ?? 'does not run'}
         (the link works once; "npx loam console" prints another)

Three things to try, in a second shell with these variables:
  npm run tour                                   a knowledge base in a minute, on a server of its own
  npx loam kb create handbook BUCKET             a knowledge base over the documents of a bucket
  aws --endpoint-url ${loam.endpoint} s3 mb s3://documents

Data: ${configuration.data}. Stop with Ctrl-C.`.trimStart();
}

/** The secret is shown once, when it was made, and only to a terminal: never into the log of a container. */
function keysOf({ rootKey, endpoint }: Loam): string {
  const lines = [`  export AWS_ENDPOINT_URL=${endpoint}`, `  export AWS_ACCESS_KEY_ID=${rootKey.accessKeyId}`];
  if (rootKey.created && process.stdout.isTTY) lines.push(`  export AWS_SECRET_ACCESS_KEY=${rootKey.secretAccessKey}`);
  else lines.push(`  # AWS_SECRET_ACCESS_KEY is ${whereSecretIs(rootKey.source)}`);
  lines.push('  export AWS_DEFAULT_REGION=us-east-1');
  return `Root keys:\n${lines.join('\n')}`;
}

function whereSecretIs(source: Loam['rootKey']['source']): string {
  return source === 'environment'
    ? 'what LOAM_ROOT_SECRET_ACCESS_KEY says'
    : 'in root-access-key.json of the data folder: it is shown once, when it is made, and only to a terminal';
}
