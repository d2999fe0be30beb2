/** Below the ports that systems give out by themselves: from 32768 on Linux, else from 49152 (RFC 6335 §6). */
const FIRST = 20_000;
const COUNT = 10_000;

/**
 * The port at which the console of a target is if nobody says another. It is the same each time: a browser keeps history, saved calls and
 * environments by origin, and the port is a part of that.
 *
 * @param target as the user names it
 */
export function targetPort(target: string): number {
  // FNV-1a, which spreads short names well.
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(target)) hash = Math.imul(hash ^ byte, 0x01000193);
  return FIRST + ((hash >>> 0) % COUNT);
}
