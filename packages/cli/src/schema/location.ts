import type { FileDescriptorProto, SourceCodeInfo_Location } from "hawser/wkt";

/** A place in a `.proto` file. Lines and columns count from 1, as editors do. */
export interface Location {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** The column behind the last character. */
  readonly endColumn: number;
  /** Which part of the descriptor it is, as in `google.protobuf.SourceCodeInfo.Location`. */
  readonly path: readonly number[];
  /** The comment in front of it, without slashes and stars; empty if there is none. */
  readonly leadingComments: string;
}

/** The places of a file, by path; empty if the descriptor came without them. */
export class Locations {
  readonly #all: readonly SourceCodeInfo_Location[];
  #byPath: Map<string, SourceCodeInfo_Location> | undefined;

  constructor(file: FileDescriptorProto) {
    this.#all = file.sourceCodeInfo?.location ?? [];
  }

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** The place of that path; of several, such as those of two `extend` blocks, the first. */
  find(path: readonly number[]): Location | undefined {
    const found = this.#index().get(path.join("."));
    return found === undefined ? undefined : toLocation(found);
  }

  /**
   * The place of an option, which may have been set as a whole or in parts: what has that very path, else what lies
   * within it, else the longest that contains it.
   *
   * @param optionLength how much of the path has to be there: up to the option's own number
   */
  findOption(path: readonly number[], optionLength: number): Location | undefined {
    const exact = this.find(path);
    if (exact !== undefined) return exact;
    let best: SourceCodeInfo_Location | undefined;
    for (const candidate of this.#all) {
      if (
        candidate.path.length >= optionLength &&
        candidate.path.length > (best?.path.length ?? 0) &&
        startsWith(path, candidate.path)
      ) {
        best = candidate;
      } else if (startsWith(candidate.path, path)) return toLocation(candidate);
    }
    return best === undefined ? undefined : toLocation(best);
  }

  #index(): Map<string, SourceCodeInfo_Location> {
    if (this.#byPath !== undefined) return this.#byPath;
    const index = new Map<string, SourceCodeInfo_Location>();
    for (const location of this.#all) {
      const key = location.path.join(".");
      if (!index.has(key)) index.set(key, location);
    }
    this.#byPath = index;
    return index;
  }
}

/** The place of a file as a whole. */
export const FILE_START: Location = {
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 1,
  path: [],
  leadingComments: "",
};

function toLocation({ span, path, leadingComments }: SourceCodeInfo_Location): Location {
  // Three numbers: it ends on the line it starts on (descriptor.proto, SourceCodeInfo.Location.span).
  const [line = 0, column = 0, third = 0, fourth] = span;
  return {
    line: line + 1,
    column: column + 1,
    endLine: (fourth === undefined ? line : third) + 1,
    endColumn: (fourth ?? third) + 1,
    path,
    leadingComments: leadingComments ?? "",
  };
}

function startsWith(path: readonly number[], prefix: readonly number[]): boolean {
  return path.length >= prefix.length && prefix.every((part, i) => path[i] === part);
}
