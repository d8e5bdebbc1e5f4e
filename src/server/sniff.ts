import type { Socket } from 'node:net';

// The connection preface of HTTP/2 (RFC 9113, section 3.4) begins so, and no HTTP/1.1 method does.
const PREFACE = Buffer.from('PRI');

/** Tells HTTP/2 with prior knowledge from HTTP/1.1 by the first bytes of a connection, which stay unread. */
export function sniffProtocol(socket: Socket, decide: (protocol: 'http1' | 'http2') => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, PREFACE.length);
    const may = seen.subarray(0, length).equals(PREFACE.subarray(0, length));
    if (may && length < PREFACE.length) return;
    socket.off('data', onData);
    socket.pause();
    socket.unshift(seen);
    decide(may ? 'http2' : 'http1');
    process.nextTick(() => socket.resume());
  };
  socket.on('data', onData);
}
