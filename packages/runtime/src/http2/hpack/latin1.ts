/**
 * Octets as a string of one character each. `TextDecoder`'s "latin1" is windows-1252, and a decoder's call costs more
 * than the loop for strings as short as field values are.
 */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let pos = start;
  for (; pos + 8 <= end; pos += 8) {
    text += String.fromCharCode(
      bytes[pos]!,
      bytes[pos + 1]!,
      bytes[pos + 2]!,
      bytes[pos + 3]!,
      bytes[pos + 4]!,
      bytes[pos + 5]!,
      bytes[pos + 6]!,
      bytes[pos + 7]!,
    );
  }
  for (; pos < end; pos++) text += String.fromCharCode(bytes[pos]!);
  return text;
}
