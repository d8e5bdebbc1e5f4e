import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/**
 * In a confined process, before the program of somebody else is loaded: takes away the ways that Node itself has to the
 * network and to other processes. With threads, programs and add-ons denied as well (`confinementFlags`) no others are left
 * to JavaScript; a wall of the operating system it is not.
 */
export function leaveNetwork(): void {
  net.Socket.prototype.connect = denied;
  net.Server.prototype.listen = denied;
  for (const name of ['bind', 'connect', 'send', 'addMembership'] as const) dgram.Socket.prototype[name] = denied;
  for (const names of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) denyAll(names);
  // Not in the documentation: a handle of its own, below the sockets.
  for (const name of ['_createServerHandle', '_createSocketHandle']) {
    for (const module of [net, dgram]) if (name in module) Object.assign(module, { [name]: denied });
  }
  process.kill = denied;
  syncBuiltinESMExports();
}

function denyAll(functions: object): void {
  for (const name of Object.getOwnPropertyNames(functions)) {
    const value: unknown = Reflect.get(functions, name);
    const isClass = name === 'constructor' || name === 'Resolver';
    if (typeof value === 'function' && !isClass) Reflect.set(functions, name, denied);
  }
}

function denied(): never {
  throw new Error('The network and other processes are out of reach here.');
}
