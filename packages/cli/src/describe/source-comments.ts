import type { FileDescriptorProto, SourceCodeInfo_Location } from "hawser/wkt";

/** The comments of a file's declarations, as far as its descriptor has them. */
export class SourceComments {
  readonly #locations: ReadonlyMap<string, SourceCodeInfo_Location>;

  constructor(file: FileDescriptorProto) {
    this.#locations = new Map(file.sourceCodeInfo?.location.map((each) => [each.path.join(), each]) ?? []);
  }

  /** The lines in front of a declaration, those behind it included. */
  of(path: readonly number[]): string[] {
    const location = this.#locations.get(path.join());
    return [location?.leadingComments, location?.trailingComments].flatMap((text) =>
      text
        ? text
            .replace(/\n$/, "")
            .split("\n")
            .map((line) => `//${line}`)
        : [],
    );
  }
}
