import { CompileCache } from "@hawser/compiler";
import { loadAgainst } from "../breaking/against.js";
import { breakingWorkspace } from "../breaking/breaking-workspace.js";
import { BREAKING_RULES } from "../breaking/rules.js";
import { changedLines, changeText } from "../breaking/show-change.js";
import { textFindings } from "../check/report-findings.js";
import { withKnownRules } from "../check/unknown-rule.js";
import { loadWorkspace, type Workspace } from "../check/workspace.js";
import { CliError } from "../cli-error.js";
import { lintWorkspace } from "../lint/lint-workspace.js";
import { LINT_RULES } from "../lint/rules.js";

/** What is checked of the contract after a change of it. */
export interface CheckSettings {
  readonly inputs: readonly string[];
  readonly protoPaths: readonly string[];
  readonly lint: boolean;
  /** As for `hawser breaking --against`; `undefined` if nothing is to be compared with. */
  readonly against: string | undefined;
}

/** Checks a contract that compiles, again and again, and prints the findings as `hawser lint` and `hawser breaking` do. */
export class ContractChecks {
  readonly #settings: CheckSettings;
  readonly #cache = new CompileCache();
  #before: Workspace | undefined;

  constructor(settings: CheckSettings) {
    this.#settings = settings;
  }

  /** Whether there is anything to check. */
  get isWanted(): boolean {
    return this.#settings.lint || this.#settings.against !== undefined;
  }

  /**
   * Checks the files as they are.
   *
   * @returns how much was found
   * @throws CliError if a configuration cannot be read, or what to compare with not be found
   */
  async run(): Promise<number> {
    const { inputs, protoPaths, lint, against } = this.#settings;
    const now = await loadWorkspace({ inputs, protoPaths, cache: this.#cache });
    if (!now.schema.ok) return 0; // it has changed again, and that is told by who compiles
    const pathOf = (name: string): string => now.schema.pathOf(name);
    let count = 0;
    if (lint) {
      const findings = await withKnownRules(LINT_RULES, "lint", () => lintWorkspace(now));
      textFindings().findings(findings, pathOf);
      count += findings.length;
    }
    if (against !== undefined) {
      const before = await this.#loadBefore(against);
      const findings = await withKnownRules(BREAKING_RULES, "breaking", () => breakingWorkspace(now, before, false));
      const lines = textFindings((finding, colors) =>
        changeText(changedLines(finding, now.schema, before.schema), colors),
      );
      lines.findings(findings, pathOf);
      count += findings.length;
    }
    return count;
  }

  /** What is compared with is loaded once: a branch, as it was when we began. */
  async #loadBefore(against: string): Promise<Workspace> {
    const { inputs, protoPaths } = this.#settings;
    this.#before ??= await loadAgainst({ against, inputs, protoPaths, cache: new CompileCache() });
    if (!this.#before.schema.ok) {
      throw new CliError(`${against} does not compile, so that nothing can be compared with it`, "name another one");
    }
    return this.#before;
  }
}
