import type { FileUnit } from "../link/definition.js";
import type { Node } from "../syntax/ast.js";

/** Reports what the rules find in one file, at tokens. */
export class Checker {
  readonly unit: FileUnit;

  constructor(unit: FileUnit) {
    this.unit = unit;
  }

  /** Reports an error at one token, such as a name. */
  errorAt(code: string, token: number, message: string, help?: string): void {
    const { starts, ends } = this.unit.ast.tokens;
    this.unit.report.error(code, starts[token]!, ends[token]!, message, help);
  }

  /** Reports an error at a node. */
  error(code: string, node: Node, message: string, help?: string): void {
    const { starts, ends } = this.unit.ast.tokens;
    this.unit.report.error(code, starts[node.first]!, ends[node.last]!, message, help);
  }

  /** Reports a warning at a node. */
  warning(code: string, node: Node, message: string, help?: string): void {
    const { starts, ends } = this.unit.ast.tokens;
    this.unit.report.warning(code, starts[node.first]!, ends[node.last]!, message, help);
  }

  /** Reports a warning at one token. */
  warningAt(code: string, token: number, message: string, help?: string): void {
    const { starts, ends } = this.unit.ast.tokens;
    this.unit.report.warning(code, starts[token]!, ends[token]!, message, help);
  }
}
