/** Whether a text is the address of a server: `http://`, `https://`, `dns:` or `unix:`. */
export function isServerAddress(text: string): boolean {
  return /^(https?:\/\/|dns:|unix:)/.test(text);
}
