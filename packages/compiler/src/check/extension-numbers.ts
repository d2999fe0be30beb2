import type { Report } from "../diagnostics/report.js";
import type { FieldDefinition, FileUnit, MessageDefinition } from "../link/definition.js";

/** The numbers that the extensions of a compilation take, by the message that they extend. */
export class ExtensionNumbers {
  readonly #taken = new Map<MessageDefinition, Map<number, FieldDefinition>>();

  /**
   * Adds the extensions of a linked file. Two of one message cannot have one number: within a file that is an error,
   * across files a warning, as in protoc, for there are such files and not every program uses both.
   */
  add(unit: FileUnit, report: Report): void {
    for (const extension of unit.extensions) this.#add(extension, report);
    const pending = [...unit.messages];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const extension of next.extensions) this.#add(extension, report);
      for (const nested of next.messages) pending.push(nested);
    }
  }

  #add(field: FieldDefinition, report: Report): void {
    if (field.container === undefined) return;
    let numbers = this.#taken.get(field.container);
    if (numbers === undefined) this.#taken.set(field.container, (numbers = new Map()));
    const number = field.proto.number!;
    const other = numbers.get(number);
    if (other === undefined) {
      numbers.set(number, field);
      return;
    }
    if (other === field) return;
    const { starts, ends } = field.file.ast.tokens;
    const [start, end] = [starts[field.node.numberToken]!, ends[field.node.numberToken]!];
    const where = other.file === field.file ? "" : ` in "${other.file.name}"`;
    const problem = `the number ${number} is already used in "${field.container.fullName}" by the extension "${other.fullName}"${where}`;
    if (other.file === field.file) report.error("duplicate-extension-number", start, end, problem);
    else report.warning("duplicate-extension-number", start, end, problem);
  }
}
