import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { CliError, reasonOf } from "../../cli-error.js";
import { parseScript, type ScriptSchema } from "./parse-script.js";
import type { ScriptRule } from "./script-rule.js";

/** 20 ms: editors write a file in several steps. */
const SETTLE_MS = 20;

/** Told of a script that was read again. */
export interface ScriptListener {
  onReload(rules: number): void;
  /** It could not be; the rules that there were stay. */
  onFault(error: CliError): void;
}

/** A rule and how often it may still be used. */
export interface LiveRule {
  readonly rule: ScriptRule;
  timesLeft: number;
}

/** The rules of a script file, read again when it changes. */
export class ScriptSource {
  readonly #path: string;
  readonly #schema: ScriptSchema;
  #rules: readonly LiveRule[];
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param path as the user gave it
   * @throws CliError if it cannot be read or is wrong
   */
  constructor(path: string, schema: ScriptSchema) {
    this.#path = path;
    this.#schema = schema;
    this.#rules = this.#read();
  }

  /** In the order of the file. */
  get rules(): readonly LiveRule[] {
    return this.#rules;
  }

  /** Resolves when changes are seen from now on. */
  async follow(listener: ScriptListener): Promise<void> {
    const watcher = watch(resolve(this.#path), { ignoreInitial: true });
    this.#watcher = watcher;
    const again = (): void => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#reload(listener), SETTLE_MS);
    };
    // Of two changes within 50 ms, "all" has only the first; "raw" has every one.
    watcher.on("all", again).on("raw", again);
    watcher.on("error", (error) => {
      listener.onFault(new CliError(`cannot watch ${this.#path}: ${String(error)}`, "start hawser mock again"));
    });
    await new Promise<void>((done) => watcher.once("ready", () => done()));
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher?.close();
  }

  #reload(listener: ScriptListener): void {
    try {
      this.#rules = this.#read();
      listener.onReload(this.#rules.length);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      listener.onFault(error);
    }
  }

  #read(): LiveRule[] {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch (error) {
      throw new CliError(`cannot read ${this.#path}: ${reasonOf(error)}`, "check the path given with --script");
    }
    return parseScript(text, this.#path, this.#schema).map((rule) => ({ rule, timesLeft: rule.times }));
  }
}
