import { type ConfigVersion, type RuleInfo, ruleIn } from "./rule.js";

/** The part of a `lint` or `breaking` section of `buf.yaml` that both have. Paths are relative to the module. */
export interface CheckConfig {
  readonly version: ConfigVersion;
  /** Rules and categories to check; none means those that are checked by default. */
  readonly use: readonly string[];
  readonly except: readonly string[];
  /** Files and directories that no rule is checked for. */
  readonly ignore: readonly string[];
  /** Files and directories by rule or category. */
  readonly ignoreOnly: ReadonlyMap<string, readonly string[]>;
  /** Nothing is checked: the module itself is ignored. */
  readonly isDisabled: boolean;
}

/** What is checked when there is no configuration. */
export const DEFAULT_CHECK_CONFIG: CheckConfig = {
  version: "v2",
  use: [],
  except: [],
  ignore: [],
  ignoreOnly: new Map(),
  isDisabled: false,
};

/** A rule or category that does not exist. */
export class UnknownRuleError extends Error {
  override readonly name = "UnknownRuleError";
  readonly id: string;

  constructor(id: string) {
    super(`there is no rule or category ${JSON.stringify(id)}`);
    this.id = id;
  }
}

/** The rules that a configuration chooses, and what it has them ignore. */
export class ChosenRules<Rule extends RuleInfo> {
  readonly rules: readonly Rule[];
  readonly #ignore: readonly string[];
  readonly #ignoreOnly: ReadonlyMap<string, readonly string[]>;

  /**
   * @param all every rule there is
   * @param replaced names of rules and categories that have gone, and what they stand for now
   * @throws UnknownRuleError if the configuration names a rule or category that does not exist
   */
  constructor(config: CheckConfig, all: readonly Rule[], replaced: ReadonlyMap<string, readonly string[]> = new Map()) {
    const known = all.map((rule) => ruleIn(rule, config.version)).filter((rule) => rule !== undefined);
    const expand = (id: string): string[] => {
      const replacements = replaced.get(id);
      if (replacements !== undefined) return replacements.flatMap(expand);
      if (known.some((rule) => rule.id === id)) return [id];
      const inCategory = known.filter((rule) => rule.categories.includes(id)).map((rule) => rule.id);
      if (inCategory.length === 0) throw new UnknownRuleError(id);
      return inCategory;
    };
    const used = new Set(
      config.use.length > 0
        ? config.use.flatMap(expand)
        : known.filter((rule) => rule.isDefault).map((rule) => rule.id),
    );
    for (const id of config.except.flatMap(expand)) used.delete(id);
    const ignoreOnly = new Map<string, string[]>();
    for (const [id, paths] of config.ignoreOnly) {
      for (const rule of expand(id)) ignoreOnly.set(rule, [...(ignoreOnly.get(rule) ?? []), ...paths]);
    }
    this.rules = config.isDisabled ? [] : known.filter((rule) => used.has(rule.id));
    this.#ignore = config.ignore;
    this.#ignoreOnly = ignoreOnly;
  }

  /** Whether the configuration has the rule ignore that file. */
  ignores(rule: string, file: string): boolean {
    return isBelow(file, this.#ignore) || isBelow(file, this.#ignoreOnly.get(rule) ?? []);
  }
}

function isBelow(file: string, paths: readonly string[]): boolean {
  return paths.some((path) => file === path || file.startsWith(`${path}/`));
}
