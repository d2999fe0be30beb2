import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { BUNDLED_FILES } from "@hawser/compiler";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { parseBufYaml } from "../check/buf-yaml.js";
import { DISK, type FileTree } from "../input/file-tree.js";
import { findProtoFiles } from "../input/find-proto-files.js";
import { contains, DEFAULT_INPUT, SourceSet } from "../input/source-set.js";
import { TextCache } from "../input/text-cache.js";
import type { LintConfig } from "../lint/lint.js";
import { BundledDirectory } from "./bundled-directory.js";
import type { FileIndex } from "./declaration.js";
import { indexFile } from "./index-file.js";

/** 20,000: a workspace with more directories is a home directory or a disk; searching it would not end. */
const MAX_DIRECTORIES = 20_000;

/** 4 MiB: no .proto file that people edit is larger, and every key would have it compiled anew. */
export const MAX_FILE_LENGTH: number = 4 << 20;

/** The path of bundled files, which are on no disk. */
const BUNDLED = "bundled:";

/** A directory that `buf.yaml` makes a module, with its rules. */
export interface LintModule {
  readonly directory: string;
  readonly lint: LintConfig;
}

/** The files of an editor's workspace: what is open as it is typed, the rest as it is on the disk. */
export class Workspace {
  /** Told what is wrong with the workspace itself. */
  readonly #log: (message: string) => void;
  readonly #protoPaths: readonly string[];
  readonly #documents = new Map<string, TextDocument>();
  readonly #texts = new TextCache();
  readonly #bundled = new BundledDirectory();
  readonly #indexes = new Map<string, FileIndex>();
  /** The indexes that have been looked at since the last {@link refresh}. */
  readonly #fresh = new Map<string, FileIndex | undefined>();
  #folders: readonly string[] = [];
  #modules: readonly LintModule[] = [];
  #roots: readonly string[] = [];
  #sources: SourceSet;
  #paths: readonly string[] | undefined;

  /** @param protoPaths import roots that come before those found in the folders */
  constructor(protoPaths: readonly string[], log: (message: string) => void) {
    this.#protoPaths = protoPaths.map((path) => resolve(path));
    this.#log = log;
    this.#sources = new SourceSet(new Map(), []);
    this.setFolders([]);
  }

  /** Sets the folders that are open, by absolute path. */
  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    this.readConfiguration();
  }

  /** Reads the folders' `buf.yaml` again, and forgets which files there are. */
  readConfiguration(): void {
    this.#modules = this.#folders.flatMap((folder) => this.#modulesOf(folder));
    const roots = this.#modules.map(({ directory }) => directory);
    for (const folder of this.#folders) {
      const proto = join(folder, DEFAULT_INPUT);
      if (kindOf(proto) === "directory") roots.push(proto);
      roots.push(folder);
    }
    // What lies deeper comes first: it is what the files in it are relative to.
    roots.sort((a, b) => b.length - a.length);
    this.#roots = [...new Set([...this.#protoPaths, ...roots])];
    this.#paths = undefined;
    this.refresh();
  }

  /** Has files looked at again that are not open: to be called before a request is answered. */
  refresh(): void {
    this.#fresh.clear();
    this.#sources = new SourceSet(new Map(), this.#roots, this.#tree);
  }

  /** Forgets which files there are. */
  forgetFiles(): void {
    this.#paths = undefined;
    this.refresh();
  }

  open(document: TextDocument): void {
    this.#documents.set(pathOf(document.uri), document);
    this.refresh();
  }

  close(uri: string): void {
    this.#documents.delete(pathOf(uri));
    this.#indexes.delete(pathOf(uri));
    this.refresh();
  }

  documentOf(uri: string): TextDocument | undefined {
    return this.#documents.get(pathOf(uri));
  }

  /** What is open, by path. */
  get documents(): ReadonlyMap<string, TextDocument> {
    return this.#documents;
  }

  /** Whether a `buf.yaml` has been found: without one, nobody asked for lint. */
  get hasLint(): boolean {
    return this.#modules.length > 0;
  }

  /** The rules for a file, if a `buf.yaml` says any. */
  lintOf(path: string): LintModule | undefined {
    const modules = this.#modules.filter(({ directory }) => contains(directory, path));
    return modules.sort((a, b) => b.directory.length - a.directory.length)[0];
  }

  /** The name under which a file is imported. */
  nameOf(path: string): string {
    if (isUri(path)) return path;
    const bundled = this.#bundled.nameOf(path);
    if (bundled !== undefined) return bundled;
    const root = this.#roots.find((candidate) => contains(candidate, path)) ?? dirname(path);
    return relative(root, path).split(sep).join("/");
  }

  /** The path of the file that is imported by a name from a file; `undefined` if there is none. */
  locate(name: string, importer?: string): string | undefined {
    const path = this.#sources.locate(name);
    if (path !== undefined) return path;
    // A file outside every folder is in a root of its own.
    if (importer !== undefined && !isUri(importer) && !this.#roots.some((root) => contains(root, importer))) {
      const beside = new SourceSet(new Map(), [dirname(importer)], this.#tree).locate(name);
      if (beside !== undefined) return beside;
    }
    return BUNDLED_FILES.has(name) ? BUNDLED + name : undefined;
  }

  /** The text of a file as it is now; `undefined` if there is none or it cannot be read. */
  read(path: string): string | undefined {
    const document = this.#documents.get(path);
    if (document !== undefined) return document.getText();
    if (path.startsWith(BUNDLED)) return BUNDLED_FILES.get(path.slice(BUNDLED.length));
    if (isUri(path)) return undefined;
    try {
      const text = this.#texts.read(path);
      if (text === undefined || text.length > MAX_FILE_LENGTH) return undefined;
      return text.startsWith("\ufeff") ? text.slice(1) : text; // as editors count
    } catch (error) {
      this.#log(String(error));
      return undefined;
    }
  }

  /** What is known of a file. */
  index(path: string): FileIndex | undefined {
    if (this.#fresh.has(path)) return this.#fresh.get(path);
    const text = this.read(path);
    let index = text === undefined ? undefined : this.#indexes.get(path);
    if (text === undefined || text.length > MAX_FILE_LENGTH) {
      this.#indexes.delete(path);
      index = undefined;
    } else if (index?.text !== text) {
      const name = path.startsWith(BUNDLED) ? path.slice(BUNDLED.length) : this.nameOf(path);
      index = indexFile(name, path, text);
      this.#indexes.set(path, index);
    }
    this.#fresh.set(path, index);
    return index;
  }

  /** What is known of the file that is imported by a name. */
  imported(name: string, importer?: string): FileIndex | undefined {
    const path = this.locate(name, importer);
    return path === undefined ? undefined : this.index(path);
  }

  /** The paths of all files of the folders, and of those that are open. */
  allPaths(): readonly string[] {
    this.#paths ??= this.#find();
    return [...new Set([...this.#paths, ...this.#documents.keys()])];
  }

  /** Whether a file comes with the compiler and cannot be changed. */
  isBundled(file: FileIndex): boolean {
    return file.path.startsWith(BUNDLED) || this.#bundled.nameOf(file.path) !== undefined;
  }

  /** The URI of a file, as the editor has it if it is open. */
  uriOf(path: string): string {
    const document = this.#documents.get(path);
    if (document !== undefined) return document.uri;
    if (path.startsWith(BUNDLED)) return pathToFileURL(this.#bundled.pathOf(path.slice(BUNDLED.length))).href;
    return isUri(path) ? path : pathToFileURL(path).href;
  }

  get #tree(): FileTree {
    return {
      ...DISK,
      kindOf: (path) => (this.#documents.has(path) ? "file" : kindOf(path)),
    };
  }

  #find(): string[] {
    const found: string[] = [];
    for (const folder of [...this.#folders, ...this.#protoPaths]) {
      let directories = 0;
      try {
        found.push(
          ...findProtoFiles(folder, () => {
            if (++directories > MAX_DIRECTORIES) throw new Error(`it has more than ${MAX_DIRECTORIES} directories`);
          }),
        );
      } catch (error) {
        this.#log(`${folder} is not searched for .proto files: ${String(error)}`);
      }
    }
    return found;
  }

  #modulesOf(folder: string): LintModule[] {
    try {
      const path = join(folder, "buf.yaml");
      const text = DISK.read(path);
      if (text === undefined) return [];
      return parseBufYaml(text, path).modules.map(({ path: below, lint }) => ({
        directory: join(folder, below),
        lint,
      }));
    } catch (error) {
      this.#log(String(error instanceof Error ? error.message : error));
      return [];
    }
  }
}

function kindOf(path: string): ReturnType<FileTree["kindOf"]> {
  try {
    return DISK.kindOf(path);
  } catch {
    return undefined;
  }
}

/** The path of a `file:` URI; any other URI stands for itself. */
export function pathOf(uri: string): string {
  if (!uri.startsWith("file:")) return uri.startsWith(BUNDLED) ? `uri:${uri}` : uri;
  try {
    return fileURLToPath(uri);
  } catch {
    return uri; // of another machine, or no URI at all
  }
}

function isUri(path: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]+:/.test(path);
}
