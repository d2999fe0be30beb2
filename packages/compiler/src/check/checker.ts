import type { ExtensionRangeOptions, ExtensionRangeOptions_Declaration } from "hawser/wkt";
import type { FileUnit, MessageDefinition } from "../link/definition.js";
import type { Node } from "../syntax/ast.js";
import { RangeIndex } from "./ranges.js";

/** Reports what the rules find in one file, at tokens. */
export class Checker {
  readonly unit: FileUnit;

  readonly #extensionRanges = new Map<MessageDefinition, RangeIndex<number>>();
  readonly #declarations = new Map<ExtensionRangeOptions, Map<number, ExtensionRangeOptions_Declaration>>();

  constructor(unit: FileUnit) {
    this.unit = unit;
  }

  /** The index of the extension range of a message that holds a number, or -1. */
  extensionRangeOf(message: MessageDefinition, number: number): number {
    let ranges = this.#extensionRanges.get(message);
    if (ranges === undefined) {
      const { extensionRange } = message.proto;
      ranges = new RangeIndex(
        extensionRange.map((range, i) => ({ start: range.start!, end: range.end! - 1, owner: i })),
      );
      this.#extensionRanges.set(message, ranges);
    }
    return ranges.find(number)?.owner ?? -1;
  }

  /** What the options of an extension range declare for a number; of several, the first. */
  declarationOf(options: ExtensionRangeOptions, number: number): ExtensionRangeOptions_Declaration | undefined {
    let declarations = this.#declarations.get(options);
    if (declarations === undefined) {
      declarations = new Map();
      for (const each of options.declaration) {
        if (each.number !== undefined && !declarations.has(each.number)) declarations.set(each.number, each);
      }
      this.#declarations.set(options, declarations);
    }
    return declarations.get(number);
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
