import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** A file of the page. */
export interface PageFile {
  readonly contentType: string;
  readonly data: Uint8Array;
}

/** The name of the page itself, in which {@link pageFor} puts what is different for each answer. */
const INDEX = "index.html";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/** The files by their names: what is no name of a file leads nowhere, whatever it says of directories. */
let files: ReadonlyMap<string, PageFile> | undefined;

/**
 * A file of the page but the page itself.
 *
 * @throws Error if the page was not built
 */
export function pageFile(name: string): PageFile | undefined {
  return name === INDEX ? undefined : allFiles().get(name);
}

/**
 * The page itself.
 *
 * @param base the path of the other files, with a slash at its end
 * @param nonce of the content security policy
 */
export function pageFor(base: string, nonce: string): PageFile {
  const { contentType, data } = allFiles().get(INDEX)!;
  const text = new TextDecoder().decode(data).replaceAll("__BASE__", base).replaceAll("__NONCE__", nonce);
  return { contentType, data: new TextEncoder().encode(text) };
}

function allFiles(): ReadonlyMap<string, PageFile> {
  if (files !== undefined) return files;
  const folder = fileURLToPath(new URL("./page/", import.meta.url));
  const found = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const contentType = CONTENT_TYPES[extname(entry.name)];
    if (entry.isFile() && contentType !== undefined) {
      found.set(entry.name, { contentType, data: readFileSync(`${folder}${entry.name}`) });
    }
  }
  files = found;
  return found;
}
