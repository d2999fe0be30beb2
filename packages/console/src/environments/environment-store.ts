import { BUILT_IN, type Lookup } from "./variables.js";

/** A variable of an environment. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** Whether the value is hidden on the screen. It is kept in the browser like any other. */
  readonly secret: boolean;
}

/** A set of variables under a name: "local", "staging". */
export interface Environment {
  readonly id: string;
  readonly name: string;
  readonly variables: readonly Variable[];
}

/** All that is kept of environments. */
export interface Environments {
  readonly list: readonly Environment[];
  /** The id of the one in use; `undefined` for none. */
  readonly selected: string | undefined;
}

/** What of `localStorage` is needed. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
}

/** More than anybody types, and little enough for the 5 MiB that browsers give an origin. */
export const MAX_ENVIRONMENTS = 50;
/** As above, of each environment. */
export const MAX_VARIABLES = 200;

const KEY = "hawser-console.environments";
const NAME = /^[A-Za-z_][\w.-]{0,99}$/;
const EMPTY: Environments = { list: [], selected: undefined };

/**
 * The environments, kept in the browser's storage. Each change is a new {@link Environments}; who shows them subscribes.
 * A storage that cannot be written (it is full, or closed to the page) leaves what is in memory.
 */
export class EnvironmentStore {
  readonly #storage: TextStorage | undefined;
  readonly #listeners = new Set<() => void>();
  #state: Environments;

  /** @param storage `localStorage`; `undefined` where there is none: what is set then lasts as long as the page */
  constructor(storage: TextStorage | undefined) {
    this.#storage = storage;
    this.#state = read(storage);
  }

  /** What there is now: the same object until something changes. */
  readonly get = (): Environments => this.#state;

  /** Calls `listener` after each change. Gives the function that ends this. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The environment in use. */
  get selected(): Environment | undefined {
    return this.#state.list.find(({ id }) => id === this.#state.selected);
  }

  /** Chooses the environment in use. */
  select(id: string | undefined): void {
    this.#set({ ...this.#state, selected: this.#state.list.some((each) => each.id === id) ? id : undefined });
  }

  /** Adds an environment or puts it in the place of the one with its id. Returns false if there is no room. */
  put(environment: Environment): boolean {
    const { list } = this.#state;
    const known = list.some(({ id }) => id === environment.id);
    if (!known && list.length >= MAX_ENVIRONMENTS) return false;
    if (environment.variables.length > MAX_VARIABLES) return false;
    const next = known ? list.map((each) => (each.id === environment.id ? environment : each)) : [...list, environment];
    this.#set({ ...this.#state, list: next });
    return true;
  }

  /** Removes an environment. */
  remove(id: string): void {
    const { list, selected } = this.#state;
    this.#set({ list: list.filter((each) => each.id !== id), selected: selected === id ? undefined : selected });
  }

  /** Reads again what another tab has written. */
  reload(): void {
    this.#state = read(this.#storage);
    this.#tell();
  }

  /** Tells the values of the environment in use and of the built-in variables. */
  readonly lookup: Lookup = (name) =>
    this.selected?.variables.find((each) => each.name === name)?.value ?? BUILT_IN.get(name)?.make();

  #set(state: Environments): void {
    this.#state = state;
    try {
      this.#storage?.setItem(KEY, JSON.stringify(state));
    } catch {
      // It is full or forbidden: the page goes on with what it has.
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Why a name is none for a variable; `undefined` if it is one. */
export function variableNameError(name: string): string | undefined {
  return NAME.test(name) ? undefined : "letters, digits, _ . and -, beginning with a letter";
}

/** What is in the storage may have been written by anybody on this origin: only what has the right shape is taken. */
function read(storage: TextStorage | undefined): Environments {
  let stored: unknown;
  try {
    stored = JSON.parse(storage?.getItem(KEY) ?? "null");
  } catch {
    return EMPTY;
  }
  if (!isObject(stored) || !Array.isArray(stored["list"])) return EMPTY;
  const list = stored["list"].slice(0, MAX_ENVIRONMENTS).flatMap((each) => {
    if (!isObject(each) || typeof each["id"] !== "string" || typeof each["name"] !== "string") return [];
    const variables = Array.isArray(each["variables"]) ? each["variables"] : [];
    return [{ id: each["id"], name: each["name"], variables: variables.slice(0, MAX_VARIABLES).flatMap(variableOf) }];
  });
  const selected = list.find(({ id }) => id === stored["selected"])?.id;
  return { list, selected };
}

function variableOf(value: unknown): Variable[] {
  if (!isObject(value) || typeof value["name"] !== "string" || typeof value["value"] !== "string") return [];
  return [{ name: value["name"], value: value["value"], secret: value["secret"] === true }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
