import { posix } from "node:path";
import { CliError } from "../cli-error.js";

/** A value of a configuration file, asked for what it should be; if it is something else, that is an error that names it. */
export class YamlValue {
  readonly #value: unknown;
  readonly #file: string;
  readonly #path: readonly string[];

  constructor(value: unknown, file: string, path: readonly string[]) {
    this.#value = value;
    this.#file = file;
    this.#path = path;
  }

  /** The value of a key; `undefined` if it is not there, or empty. */
  get(key: string): YamlValue | undefined {
    const found = this.entries().find(([name]) => name === key);
    return found === undefined || found[1].#value === null ? undefined : found[1];
  }

  /** All keys with their values; none if there is nothing at all. */
  entries(): [key: string, value: YamlValue][] {
    if (this.#value === null || this.#value === undefined) return [];
    if (typeof this.#value !== "object" || Array.isArray(this.#value)) this.fail("should have keys and values");
    return Object.entries(this.#value as object).map(([key, value]) => [
      key,
      new YamlValue(value, this.#file, [...this.#path, key]),
    ]);
  }

  /** @throws CliError if there is a key that is not among these */
  allow(keys: readonly string[]): void {
    for (const [key, value] of this.entries()) {
      if (!keys.includes(key)) value.fail("is not a key that is known here", `known are ${keys.join(", ")}`);
    }
  }

  text(): string {
    if (typeof this.#value !== "string") this.fail("should be a text");
    return this.#value as string;
  }

  flag(): boolean {
    if (typeof this.#value !== "boolean") this.fail("should be true or false");
    return this.#value as boolean;
  }

  list(): YamlValue[] {
    if (this.#value === null) return [];
    if (!Array.isArray(this.#value)) this.fail("should be a list");
    return (this.#value as unknown[]).map(
      (value, i) => new YamlValue(value, this.#file, [...this.#path, String(i + 1)]),
    );
  }

  texts(): string[] {
    return this.list().map((value) => value.text());
  }

  /** A path below the directory of the file: without `.` and `..`, and without a slash at the end. */
  path(): string {
    const text = this.text();
    const normal = posix.normalize(text.replaceAll("\\", "/")).replace(/(?<=.)\/$/, "");
    if (text === "" || normal.startsWith("../") || normal === ".." || posix.isAbsolute(normal)) {
      this.fail(`should be a path below the directory of the file, and is ${JSON.stringify(text)}`);
    }
    return normal;
  }

  paths(): string[] {
    return this.list().map((value) => value.path());
  }

  /** @throws CliError always */
  fail(what: string, help: string = "correct it at that place"): never {
    const place = this.#path.length > 0 ? `: ${this.#path.join(".")}` : "";
    throw new CliError(`${this.#file}${place} ${what}`, help);
  }
}
