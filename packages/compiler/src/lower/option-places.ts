import type { SourceCodeInfo_Location } from "hawser/wkt";
import type { SourceInfoWriter } from "./source-info.js";

/**
 * Gathers the places of fields inside of message values (`option (x) = { a: 1 }`), which protoc leaves out and buf has: those of
 * scalars by their path, and those of repeated fields with an index for each time the field is written, be it with a list or not.
 */
export class OptionPlaces {
  readonly #info: SourceInfoWriter;
  readonly #behind = new Map<SourceCodeInfo_Location, SourceCodeInfo_Location[]>();

  constructor(info: SourceInfoWriter) {
    this.#info = info;
  }

  /** Notes the tokens `first` to `last`, to stand behind the location of their option. The path is copied. */
  add(option: SourceCodeInfo_Location, path: readonly number[], first: number, last: number): void {
    const places = this.#behind.get(option);
    const place = this.#info.make(path, first, last);
    if (places === undefined) this.#behind.set(option, [place]);
    else places.push(place);
  }

  /** Puts what was gathered into the file's source info. */
  finish(): void {
    if (this.#behind.size === 0) return;
    const { locations } = this.#info;
    const all = locations.flatMap((location) => [location, ...(this.#behind.get(location) ?? [])]);
    locations.length = 0;
    for (const location of all) locations.push(location);
  }
}
