import { connect, endpointOf } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import type { Invocation } from '../verb.ts';
import { type Check, type Finding, failed, ok, warning } from './check.ts';

interface Health {
  readonly ready: boolean;
  readonly version: string;
  readonly database: { readonly form: string; readonly version: string; readonly reason: string };
  readonly objects: { readonly form: string; readonly where: string };
}

interface Model {
  readonly pattern: string;
  readonly kind: string;
  readonly provider: string;
  readonly model: string;
}

/** What the running server says of itself; without one, how to start it. */
export const checkServer: Check = async (invocation) => {
  const endpoint = endpointOf(invocation);
  const health = await readHealth(endpoint);
  if (!health) return warning('Server', `none answers at ${endpoint}`, 'Start it with: loam start');
  const { database, objects } = health;
  return [
    health.ready
      ? ok('Server', `version ${health.version} at ${endpoint}`)
      : failed('Server', `${endpoint} is not ready`, 'Look at its log.'),
    ok('Database', `${database.form}, PostgreSQL ${database.version}. ${database.reason}`),
    ok('Object store', `${objects.form} at ${objects.where}`),
    await checkModels(invocation),
  ];
};

async function checkModels(invocation: Invocation): Promise<Finding> {
  try {
    const { models } = await callLoam<{ models: Model[] }>(connect(invocation), 'ListModels');
    const providers = [...new Set(models.map((model) => model.provider))];
    return ok('Models', `${models.length} patterns served by ${providers.join(', ')}`);
  } catch (error) {
    return warning('Models', (error as Error).message, 'Give keys that the server knows; see loam models.');
  }
}

async function readHealth(endpoint: string): Promise<Health | undefined> {
  const response = await fetch(`${endpoint}/health`, { signal: AbortSignal.timeout(3000) }).catch(() => undefined);
  return response ? ((await response.json()) as Health) : undefined;
}
