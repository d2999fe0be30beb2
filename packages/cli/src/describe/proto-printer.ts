import type { AnyMessageType, Registry } from "hawser/protobuf";
import {
  type DescriptorProto,
  Edition,
  type EnumDescriptorProto,
  EnumOptions,
  EnumValueOptions,
  ExtensionRangeOptions,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldOptions,
  type FileDescriptorProto,
  FileOptions,
  MessageOptions,
  type MethodDescriptorProto,
  MethodOptions,
  OneofOptions,
  type ServiceDescriptorProto,
  ServiceOptions,
} from "hawser/wkt";
import { type Declaration, PATH } from "../contract/symbol-index.js";
import { type OptionText, optionTexts } from "./option-text.js";
import { SourceComments } from "./source-comments.js";

/** The last number of a field, and of a value of an enum; `max` stands for the one. */
const MAX_FIELD = 536_870_911;
const MAX_ENUM = 2_147_483_647;

const { LABEL_REPEATED, LABEL_REQUIRED, LABEL_OPTIONAL } = FieldDescriptorProto_Label;
const { TYPE_GROUP, TYPE_MESSAGE, TYPE_ENUM, TYPE_STRING, TYPE_BYTES } = FieldDescriptorProto_Type;

const SCALARS: ReadonlyMap<number | undefined, string> = new Map(
  Object.entries(FieldDescriptorProto_Type).map(([name, number]) => [number, name.slice("TYPE_".length).toLowerCase()]),
);

/** Writes descriptors as the `.proto` text that they could have come from, comments included where they have any. */
export class ProtoPrinter {
  readonly #file: FileDescriptorProto;
  readonly #registry: Registry;
  readonly #comments: SourceComments;
  readonly #lines: string[] = [];
  #indent = "";

  /** @param registry has the extensions that options may be */
  constructor(file: FileDescriptorProto, registry: Registry) {
    this.#file = file;
    this.#registry = registry;
    this.#comments = new SourceComments(file);
  }

  /** The whole file. */
  file(): string {
    const { dependency, publicDependency, weakDependency, optionDependency, options } = this.#file;
    this.#comment([12]);
    if (this.#edition) this.#line(`edition = "${editionName(this.#file.edition)}";`);
    else this.#line(`syntax = "${this.#file.syntax || "proto2"}";`);
    if (this.#file.package) {
      this.#line("");
      this.#comment([2]);
      this.#line(`package ${this.#file.package};`);
    }
    if (dependency.length + optionDependency.length > 0) this.#line("");
    dependency.forEach((name, i) => {
      const how = publicDependency.includes(i) ? "public " : weakDependency.includes(i) ? "weak " : "";
      this.#line(`import ${how}${quote(name)};`);
    });
    for (const name of optionDependency) this.#line(`import option ${quote(name)};`);
    const texts = optionTexts(FileOptions as AnyMessageType, options, this.#registry);
    if (texts.length > 0) this.#line("");
    this.#options(texts);
    const { message, enum: enums, service, extension } = PATH.file;
    this.#file.service.forEach((each, i) => {
      this.#separate(() => this.#service(each, [service, i]));
    });
    const { messageType, extension: extensions } = this.#file;
    const scope = this.#file.package ? `.${this.#file.package}` : "";
    const groups = new Set(extensions.filter((field) => this.#isGroup(field)).map(({ typeName }) => typeName));
    messageType.forEach((each, i) => {
      if (!groups.has(`${scope}.${each.name}`)) this.#separate(() => this.#message(each, [message, i]));
    });
    this.#file.enumType.forEach((each, i) => {
      this.#separate(() => this.#enum(each, [enums, i]));
    });
    this.#extensions(extensions, [extension], scope, messageType);
    return this.#finish();
  }

  /** One declaration. What is part of another is shown within it, the other's remaining parts left out. */
  declaration(declaration: Declaration): string {
    const { kind, descriptor, path, parent } = declaration;
    switch (kind) {
      case "message":
        this.#message(descriptor, path);
        break;
      case "enum":
        this.#enum(descriptor, path);
        break;
      case "service":
        this.#service(descriptor, path);
        break;
      case "method":
        this.#block(`service ${parent?.descriptor.name} {`, () => this.#method(descriptor, path));
        break;
      case "field":
        this.#block(`message ${parent?.descriptor.name} {`, () =>
          this.#field(
            descriptor,
            path,
            parent?.kind === "message" ? parent.descriptor : undefined,
            scopeOf(declaration),
          ),
        );
        break;
      case "oneof":
        this.#block(`message ${parent?.descriptor.name} {`, () => {
          if (parent?.kind === "message") this.#oneof(parent.descriptor, parent.path, path.at(-1)!, `.${parent.name}`);
        });
        break;
      case "enum value":
        this.#block(`enum ${parent?.descriptor.name} {`, () => this.#enumValue(descriptor, path));
        break;
      case "extension":
        this.#extensions([descriptor], path.slice(0, -1), scopeOf(declaration), [], path.at(-1));
        break;
    }
    return this.#finish();
  }

  get #edition(): boolean {
    return this.#file.syntax === "editions";
  }

  #message(message: DescriptorProto, path: readonly number[], head?: string, scope = this.#scopeAt(path)): void {
    this.#comment(path);
    const name = `${scope}.${message.name}`;
    this.#block(head ?? `${visibility(message.visibility)}message ${message.name} {`, () =>
      this.#body(message, path, name),
    );
  }

  #body(message: DescriptorProto, path: readonly number[], name: string): void {
    this.#options(optionTexts(MessageOptions as AnyMessageType, message.options, this.#registry));
    const groups = new Set(
      [...message.field, ...message.extension].filter((field) => this.#isGroup(field)).map(({ typeName }) => typeName),
    );
    const seenOneofs = new Set<number>();
    message.field.forEach((field, i) => {
      const { oneofIndex } = field;
      if (oneofIndex === undefined || field.proto3Optional === true) {
        this.#field(field, [...path, PATH.message.field, i], message, name);
      } else if (!seenOneofs.has(oneofIndex)) {
        seenOneofs.add(oneofIndex);
        this.#oneof(message, path, oneofIndex, name);
      }
    });
    const nested = message.nestedType
      .map((each, i) => [each, [...path, PATH.message.message, i]] as const)
      .filter(([each]) => each.options?.mapEntry !== true && !groups.has(`${name}.${each.name}`));
    for (const [each, at] of nested) this.#separate(() => this.#message(each, at, undefined, name));
    message.enumType.forEach((each, i) => {
      this.#separate(() => this.#enum(each, [...path, PATH.message.enum, i]));
    });
    this.#extensions(message.extension, [...path, PATH.message.extension], name, message.nestedType);
    for (const { start = 0, end = 0, options } of message.extensionRange) {
      const texts = optionTexts(ExtensionRangeOptions as AnyMessageType, options, this.#registry);
      this.#statement(`extensions ${range(start, end - 1, MAX_FIELD)}`, texts);
    }
    for (const { start = 0, end = 0 } of message.reservedRange) {
      this.#line(`reserved ${range(start, end - 1, MAX_FIELD)};`);
    }
    this.#reservedNames(message.reservedName);
  }

  #oneof(message: DescriptorProto, path: readonly number[], index: number, name: string): void {
    this.#comment([...path, PATH.message.oneof, index]);
    const oneof = message.oneofDecl[index];
    this.#block(`oneof ${oneof?.name} {`, () => {
      this.#options(optionTexts(OneofOptions as AnyMessageType, oneof?.options, this.#registry));
      message.field.forEach((field, i) => {
        if (field.oneofIndex === index) this.#field(field, [...path, PATH.message.field, i], message, name, true);
      });
    });
  }

  #field(
    field: FieldDescriptorProto,
    path: readonly number[],
    message: DescriptorProto | undefined,
    scope: string,
    inOneof = false,
    nested: readonly DescriptorProto[] = message?.nestedType ?? [],
  ): void {
    const own = nested.find((each) => `${scope}.${each.name}` === field.typeName);
    const entry = own?.options?.mapEntry === true ? own : undefined;
    const texts: OptionText[] = optionTexts(FieldOptions as AnyMessageType, field.options, this.#registry);
    if (field.defaultValue !== undefined) texts.unshift({ name: "default", value: defaultText(field) });
    if (field.jsonName && field.jsonName !== jsonNameOf(field.name ?? "")) {
      texts.push({ name: "json_name", value: quote(field.jsonName) });
    }
    this.#comment(path);
    if (entry !== undefined) {
      const [key, value] = entry.field;
      const type = `map<${typeText(key)}, ${typeText(value)}>`;
      this.#statement(`${type} ${field.name} = ${field.number}`, texts);
      return;
    }
    const label = inOneof ? "" : this.#label(field);
    if (this.#isGroup(field) && own !== undefined) {
      const options = texts.length === 0 ? "" : ` ${this.#bracketed(texts)}`;
      const kind = path.length === 2 ? PATH.file.message : PATH.message.message;
      this.#block(`${label}group ${own.name} = ${field.number}${options} {`, () =>
        this.#body(own, [...path.slice(0, -2), kind, nested.indexOf(own)], `${scope}.${own.name}`),
      );
      return;
    }
    this.#statement(`${label}${typeText(field)} ${field.name} = ${field.number}`, texts);
  }

  /** A field of proto2 whose message stands in its place; with editions a group is a message like others. */
  #isGroup(field: FieldDescriptorProto): boolean {
    return field.type === TYPE_GROUP && !this.#edition;
  }

  #label(field: FieldDescriptorProto): string {
    if (field.label === LABEL_REPEATED) return "repeated ";
    if (field.label === LABEL_REQUIRED && !this.#edition) return "required ";
    const says = field.proto3Optional === true || (field.label === LABEL_OPTIONAL && this.#isProto2);
    return says ? "optional " : "";
  }

  get #isProto2(): boolean {
    return this.#file.syntax === undefined || this.#file.syntax === "" || this.#file.syntax === "proto2";
  }

  #extensions(
    extensions: readonly FieldDescriptorProto[],
    path: readonly number[],
    scope: string,
    nested: readonly DescriptorProto[],
    only?: number,
  ): void {
    for (let i = 0; i < extensions.length; ) {
      const { extendee } = extensions[i]!;
      let end = i;
      while (end < extensions.length && extensions[end]!.extendee === extendee) end++;
      this.#separate(() =>
        this.#block(`extend ${extendee} {`, () => {
          for (; i < end; i++) this.#field(extensions[i]!, [...path, only ?? i], undefined, scope, false, nested);
        }),
      );
    }
  }

  #enum(type: EnumDescriptorProto, path: readonly number[]): void {
    this.#comment(path);
    this.#block(`${visibility(type.visibility)}enum ${type.name} {`, () => {
      this.#options(optionTexts(EnumOptions as AnyMessageType, type.options, this.#registry));
      type.value.forEach((value, i) => {
        this.#enumValue(value, [...path, PATH.enumValue, i]);
      });
      for (const { start = 0, end = 0 } of type.reservedRange) this.#line(`reserved ${range(start, end, MAX_ENUM)};`);
      this.#reservedNames(type.reservedName);
    });
  }

  #enumValue(value: EnumDescriptorProto["value"][number], path: readonly number[]): void {
    this.#comment(path);
    const texts = optionTexts(EnumValueOptions as AnyMessageType, value.options, this.#registry);
    this.#statement(`${value.name} = ${value.number ?? 0}`, texts);
  }

  #service(service: ServiceDescriptorProto, path: readonly number[]): void {
    this.#comment(path);
    this.#block(`service ${service.name} {`, () => {
      this.#options(optionTexts(ServiceOptions as AnyMessageType, service.options, this.#registry));
      service.method.forEach((method, i) => {
        this.#method(method, [...path, PATH.method, i]);
      });
    });
  }

  #method(method: MethodDescriptorProto, path: readonly number[]): void {
    const input = `${method.clientStreaming === true ? "stream " : ""}${method.inputType}`;
    const output = `${method.serverStreaming === true ? "stream " : ""}${method.outputType}`;
    const texts = optionTexts(MethodOptions as AnyMessageType, method.options, this.#registry);
    const head = `rpc ${method.name}(${input}) returns (${output})`;
    this.#comment(path);
    // A block without options leaves empty options in the descriptor.
    if (method.options === undefined) this.#line(`${head};`);
    else this.#block(`${head} {`, () => this.#options(texts));
  }

  #reservedNames(names: readonly string[]): void {
    if (names.length === 0) return;
    this.#line(`reserved ${names.map((name) => (this.#edition ? name : quote(name))).join(", ")};`);
  }

  #options(texts: readonly OptionText[]): void {
    for (const { name, value } of texts) this.#line(`option ${name} = ${value};`);
  }

  #statement(text: string, options: readonly OptionText[]): void {
    this.#line(options.length === 0 ? `${text};` : `${text} ${this.#bracketed(options)};`);
  }

  #bracketed(options: readonly OptionText[]): string {
    return `[${options.map(({ name, value }) => `${name} = ${value}`).join(", ")}]`;
  }

  #comment(path: readonly number[]): void {
    for (const line of this.#comments.of(path)) this.#line(line.trimEnd());
  }

  /** A blank line in front of what `print` prints, unless it comes first in its block. */
  #separate(print: () => void): void {
    const last = this.#lines.at(-1);
    if (last !== undefined && last !== "" && !last.endsWith("{")) this.#line("");
    print();
  }

  #block(head: string, print: () => void): void {
    const before = this.#lines.length + 1;
    this.#line(head);
    const outer = this.#indent;
    this.#indent += "  ";
    print();
    this.#indent = outer;
    if (this.#lines.length === before) this.#lines[before - 1] += "}";
    else this.#line("}");
  }

  #line(text: string): void {
    for (const line of text.split("\n")) this.#lines.push(line === "" ? "" : this.#indent + line);
  }

  #finish(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  /** The full name, with a dot in front, of what a path of a message lies in. */
  #scopeAt(path: readonly number[]): string {
    let scope = this.#file.package ? `.${this.#file.package}` : "";
    let messages: readonly DescriptorProto[] = this.#file.messageType;
    for (let i = 1; i < path.length - 2; i += 2) {
      const message = messages[path[i]!];
      scope += `.${message?.name}`;
      messages = message?.nestedType ?? [];
    }
    return scope;
  }
}

function scopeOf({ name }: Declaration): string {
  const at = name.lastIndexOf(".");
  return at < 0 ? "" : `.${name.slice(0, at)}`;
}

function typeText(field: FieldDescriptorProto | undefined): string {
  const { type, typeName = "" } = field ?? {};
  return type === TYPE_MESSAGE || type === TYPE_ENUM || type === TYPE_GROUP ? typeName : (SCALARS.get(type) ?? "bytes");
}

function defaultText({ type, defaultValue = "" }: FieldDescriptorProto): string {
  if (type === TYPE_STRING) return quote(defaultValue);
  // Bytes are escaped already (descriptor.proto, `default_value`).
  return type === TYPE_BYTES ? `"${defaultValue}"` : defaultValue;
}

function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function range(start: number, last: number, max: number): string {
  if (start === last) return `${start}`;
  return `${start} to ${last >= max ? "max" : last}`;
}

function visibility(value: number | undefined): string {
  return value === 1 ? "local " : value === 2 ? "export " : "";
}

function editionName(edition: number | undefined): string {
  const name = Object.entries(Edition).find(([, number]) => number === edition)?.[0] ?? `${edition}`;
  return name.replace(/^EDITION_/, "");
}

/** As protoc makes it of the name (descriptor.proto, `json_name`). */
function jsonNameOf(name: string): string {
  return name.replaceAll(/_+(.?)/g, (_, char: string) => char.toUpperCase());
}
