import {
  type CompactOptions,
  type FieldNode,
  type FileNode,
  type NameNode,
  type OptionNode,
  Punctuation,
  type TypeNode,
} from "@hawser/compiler";
import type { Statement } from "./statement-printer.js";

/**
 * Marks the tokens of a file with nothing between them and the one in front, by index: 1 for each, 2 for what stands behind
 * the parenthesis in the name of an option.
 */
export function tightTokens(file: FileNode): Uint8Array {
  const marks = new Uint8Array(file.tokens.count);
  const marker = new Marker(file, marks);
  for (const element of file.elements) marker.statement(element);
  return marks;
}

class Marker {
  readonly #file: FileNode;
  readonly #marks: Uint8Array;

  constructor(file: FileNode, marks: Uint8Array) {
    this.#file = file;
    this.#marks = marks;
  }

  statement(node: Statement): void {
    switch (node.kind) {
      case "package":
        this.#name(node.nameFirst, node.nameLast);
        break;
      case "option":
        this.#option(node);
        break;
      case "message":
        this.#all(node.body.elements);
        break;
      case "enum":
      case "service":
      case "oneof":
        this.#all(node.elements);
        break;
      case "extend":
        this.#node(node.extendee);
        this.#all(node.fields);
        break;
      case "field":
        this.#field(node);
        break;
      case "enumValue":
        for (let i = node.numberFirst + 1; i <= node.numberLast; i++) this.#marks[i] = 1;
        this.#options(node.options);
        break;
      case "extensions":
        this.#options(node.options);
        break;
      case "reserved":
        for (const { first, startLast, endFirst, last } of node.ranges) {
          for (let i = first + 1; i <= startLast; i++) this.#marks[i] = 1;
          for (let i = endFirst + 1; i <= last; i++) this.#marks[i] = 1;
        }
        return;
      case "method":
        this.#parens(node.first, node.open < 0 ? node.last : node.open);
        this.#node(node.input);
        this.#node(node.output);
        this.#all(node.elements);
        break;
    }
  }

  #all(nodes: readonly Statement[]): void {
    for (const node of nodes) this.statement(node);
  }

  #field(node: FieldNode): void {
    if (node.mapKey === undefined) this.#node(node.type);
    else {
      // `map<K, V>`: a space behind the comma alone.
      for (let i = node.mapKey.first - 1; i <= node.mapKey.last; i++) this.#marks[i] = 1;
      this.#node(node.type, node.mapKey.last + 2);
    }
    this.#options(node.options);
    if (node.group !== undefined) this.#all(node.group.elements);
  }

  /** A name, and for the type of a map what closes it. */
  #node(node: NameNode | TypeNode, first: number = node.first): void {
    this.#name(first, node.last);
  }

  #name(first: number, last: number): void {
    for (let i = first + 1; i <= last; i++) this.#marks[i] = 1;
  }

  #options(options: CompactOptions | undefined): void {
    for (const option of options?.options ?? []) this.#option(option);
  }

  #option({ name }: OptionNode): void {
    this.#name(name[0]!.first, name.at(-1)!.last);
    for (const part of name) if (part.extension) this.#marks[part.first + 1] = 2;
  }

  /** Nothing inside of parentheses' edges; in front of the first, nothing either. */
  #parens(first: number, last: number): void {
    const { kinds } = this.#file.tokens;
    let isFirst = true;
    for (let i = first; i <= last; i++) {
      if (kinds[i] === Punctuation.LeftParen) {
        if (isFirst) this.#marks[i] = 1;
        this.#marks[i + 1] = 1;
        isFirst = false;
      } else if (kinds[i] === Punctuation.RightParen) this.#marks[i] = 1;
    }
  }
}
