import { Agent, request } from 'node:http';

export interface Load {
  readonly url: string;
  readonly method: 'GET' | 'PUT';
  readonly body?: Buffer;
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Requests a second over keep-alive connections, each of which sends its next request when the answer is read. A server that
 * closes connections gets a new one at once.
 *
 * @throws Error when any answer is not 200
 */
export async function requestsPerSecond(load: Load): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const end = performance.now() + load.seconds * 1000;
  let answered = 0;
  const connection = async (): Promise<void> => {
    while (performance.now() < end) {
      await once(load, agent);
      answered += 1;
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: load.connections }, connection));
  agent.destroy();
  return (answered * 1000) / (performance.now() - begun);
}

function once({ url, method, body }: Load, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = body ? { 'content-length': body.length } : {};
    const sent = request(url, { method, agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${method} was answered ${response.statusCode}`));
      response.on('end', resolve).on('error', reject).resume();
    });
    sent.on('error', reject).end(body);
  });
}
