import type { SourceCodeInfo_Location } from "hawser/wkt";
import type {
  Features,
  FileUnit,
  MessageDefinition,
  OptionEntry,
  OptionOwner,
  OptionSet,
  OptionsType,
  ServiceDefinition,
} from "../link/definition.js";
import type { Node, OptionNode } from "../syntax/ast.js";
import type { TokenTable } from "../syntax/token.js";
import type { SourceInfoWriter } from "./source-info.js";

/** Field number of `uninterpreted_option` in every options message. */
const UNINTERPRETED_OPTION = 999;

/** What lowering a file carries through its functions: the file, the place in the descriptor, the source info. */
export class Lowering {
  readonly unit: FileUnit;
  readonly tokens: TokenTable;
  /** `undefined` when no source info is wanted. */
  readonly info: SourceInfoWriter | undefined;
  /** The path of the descriptor being made, as source info has it. */
  readonly path: number[] = [];

  constructor(unit: FileUnit, info: SourceInfoWriter | undefined) {
    this.unit = unit;
    this.tokens = unit.ast.tokens;
    this.info = info;
  }

  /** Reports an error at the tokens `first` to `last`. */
  error(code: string, message: string, first: number, last: number = first, help?: string): void {
    this.unit.report.error(code, this.tokens.starts[first]!, this.tokens.ends[last]!, message, help);
  }

  /** Adds a location for the field `number` of the current descriptor. */
  locate(number: number, first: number, last: number): SourceCodeInfo_Location | undefined {
    if (this.info === undefined) return undefined;
    this.path.push(number);
    const location = this.info.add(this.path, first, last);
    this.path.pop();
    return location;
  }

  /** Goes into element `index` of the repeated field `number`, and adds its location. */
  enter(number: number, index: number, first: number, last: number): SourceCodeInfo_Location | undefined {
    this.path.push(number, index);
    return this.info?.add(this.path, first, last);
  }

  leave(): void {
    this.path.length -= 2;
  }

  attach(location: SourceCodeInfo_Location | undefined, token: number): void {
    if (location !== undefined) this.info!.attach(location, token);
  }

  closeScope(token: number): void {
    this.info?.closeScope(token);
  }

  skipEmpty(node: Node): void {
    this.info?.skipEmpty(node.first);
  }

  /** Begins the options of the current descriptor; `field` is the number of its field `options`. */
  optionSet(
    type: OptionsType,
    owner: OptionOwner,
    target: { options: object | undefined },
    scope: MessageDefinition | ServiceDefinition | undefined,
    field: number,
  ): OptionSet {
    const set: OptionSet = { type, owner, target, scope, entries: [], path: [...this.path, field] };
    this.unit.optionSets.push(set);
    return set;
  }

  /** Adds an option to a set. The location of a statement gets the comments around it. */
  addOption(set: OptionSet, node: OptionNode, isStatement: boolean): void {
    let location: SourceCodeInfo_Location | undefined;
    if (this.info !== undefined) {
      location = this.info.add([...set.path, UNINTERPRETED_OPTION, set.entries.length], node.first, node.last);
      if (isStatement) this.info.attach(location, node.last);
    }
    const entry: OptionEntry = { node, location };
    set.entries.push(entry);
  }

  /** Adds an option statement of the current descriptor, with the location of `options` that goes in front of it. */
  addOptionStatement(set: OptionSet, node: OptionNode): void {
    this.info?.add(set.path, node.first, node.last);
    this.addOption(set, node, true);
  }
}

/** True for an option of one plain name. */
export function isPlainOption(node: OptionNode, name: string): boolean {
  return node.name.length === 1 && !node.name[0]!.extension && node.name[0]!.name === name;
}

/** What every element's features are until they are resolved. */
export const UNRESOLVED: Features = {
  fieldPresence: 0,
  enumType: 0,
  repeatedFieldEncoding: 0,
  utf8Validation: 0,
  messageEncoding: 0,
  jsonFormat: 0,
  enforceNamingStyle: 0,
  defaultSymbolVisibility: 0,
  enforceProtoLimits: 0,
};
