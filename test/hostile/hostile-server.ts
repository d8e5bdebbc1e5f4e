import { readFileSync } from 'node:fs';
import { startServer, type TestServer } from '../support/server.ts';

/** A real server of short patience, whose memory can be read. */
export interface HostileServer extends TestServer {
  readonly port: number;
  /** Resident memory of the server's own process, in mebibytes; undefined where the system does not tell. */
  memoryMb(): number | undefined;
  /** The greatest it has been since the last call. */
  peakMb(): number;
}

export async function startHostileServer(flags: readonly string[] = []): Promise<HostileServer> {
  const server = await startServer({ flags: ['--header-seconds', '2', ...flags] });
  let peak = 0;
  const memoryMb = (): number | undefined => residentMb(server.process.pid);
  const watch = setInterval(() => {
    peak = Math.max(peak, memoryMb() ?? 0);
  }, 50);
  return {
    ...server,
    port: Number(new URL(server.endpoint).port),
    memoryMb,
    peakMb() {
      const seen = Math.max(peak, memoryMb() ?? 0);
      peak = 0;
      return seen;
    },
    stop() {
      clearInterval(watch);
      return server.stop();
    },
  };
}

function residentMb(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
