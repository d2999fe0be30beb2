import { type AnyMessageType, type EnumType, encode, type FieldType } from "hawser/protobuf";
import { toStruct, toValue } from "hawser/wkt";
import type { Random } from "../random.js";
import { type Fields, isMessage, setField } from "./field-value.js";
import { longAs, scalarValue, type ValuePlace } from "./scalar-value.js";
import { type Rules, ruleChoices, ruleForbidden, ruleNumber, rulesIn, type ValidateRules } from "./validate-rules.js";
import { between, pick, title, word } from "./words.js";

/** So deep messages nest: what people show on a page. */
const MAX_DEPTH = 6;

/** 2,000 values in one message: lists within lists multiply. */
const MAX_VALUES = 2_000;

/** So often a type may be inside of itself, as a tree's node: once. */
const MAX_SAME = 2;

/** Items of a list whose rules say nothing. */
const USUAL_ITEMS = [2, 3] as const;

/** 1,000: a rule that asks for more items than that is broken. */
const MAX_ITEMS = 1_000;

/** Around when it all takes place, so that the same seed gives the same times: 2025-06-15. */
const EPOCH_MS = Date.UTC(2025, 5, 15);
const DAY_MS = 86_400_000;

/** What is known while a message is made. */
interface Making {
  readonly random: Random;
  /** The types around, the outermost first. */
  readonly path: readonly AnyMessageType[];
  readonly budget: { values: number };
}

/** Makes messages whose fields hold what their names, types and `buf.validate` rules let expect. */
export class MessageGenerator {
  readonly #rules: ValidateRules;
  readonly #anyTypes = new Map<AnyMessageType, readonly AnyMessageType[]>();

  constructor(rules: ValidateRules) {
    this.#rules = rules;
  }

  /** A message; the same numbers make the same one. */
  generate(type: AnyMessageType, random: Random): Fields {
    const place = { name: "", typeName: "", now: new Date(EPOCH_MS) };
    return this.#message(type, { random, path: [], budget: { values: MAX_VALUES } }, undefined, place);
  }

  /**
   * @param rules those of the field that it is for
   * @param place that field: a wrapper's value is made for it
   */
  #message(
    type: AnyMessageType,
    { random, path, budget }: Making,
    rules: Rules | undefined,
    place: ValuePlace,
  ): Fields {
    const making = { random, path: [...path, type], budget };
    const message = type.empty() as Fields;
    if (this.#wellKnown(type, message, making, rules, place)) return message;
    const now = new Date(EPOCH_MS + Math.floor(random() * 180 * DAY_MS));
    const oneofs = new Map<string, FieldType[]>();
    for (const field of type.fields) {
      if (field.oneof !== undefined) oneofs.set(field.oneof, [...(oneofs.get(field.oneof) ?? []), field]);
      else this.#fill(field, type, message, making, now);
    }
    for (const members of oneofs.values()) {
      // What may not be set leaves the choice to the others.
      const possible = members.filter((field) => !isMessage(field.type) || this.#hasRoom(field.type, making));
      if (possible.length > 0) this.#fill(pick(random, possible), type, message, making, now);
    }
    return message;
  }

  #hasRoom(type: AnyMessageType, { path, budget }: Making): boolean {
    return path.length < MAX_DEPTH && budget.values > 0 && path.filter((each) => each === type).length < MAX_SAME;
  }

  #fill(field: FieldType, type: AnyMessageType, message: Fields, making: Making, now: Date): void {
    const { random, budget } = making;
    const rules = this.#rules.of(type.typeName, field.name);
    if (!field.required && rules?.["required"] !== true) {
      if (isMessage(field.type) && !this.#hasRoom(field.type, making)) return;
      // Most things are there and had no error.
      if (/(^|_)(delete|deleted|purge|expunge)_?(d|at|time)$|^error$/.test(field.name) && isMessage(field.type)) return;
      if (rules?.["ignore"] === "IGNORE_ALWAYS" || budget.values <= 0) return;
    }
    budget.values--;
    const place = { name: field.name, typeName: type.typeName, now: timeOf(field.name, now, random) };
    if (field.mapKey !== undefined) setField(field, message, this.#map(field, place, rules, making));
    else if (field.repeated) setField(field, message, this.#list(field, place, rules, making));
    else setField(field, message, this.#value(field, place, rules, making));
  }

  #list(field: FieldType, place: ValuePlace, rules: Rules | undefined, making: Making): unknown[] {
    const own = rulesIn(rules, "repeated");
    const count = countOf(ruleNumber(own, "minItems"), ruleNumber(own, "maxItems"), making.random);
    const items = new Map<unknown, unknown>();
    // An item that is there already is left out, as far as another one can be found.
    for (let tries = 0; items.size < count && tries < count * 4; tries++) {
      const value = this.#value(field, place, rulesIn(own, "items"), making);
      const isUnique = own?.["unique"] === true || tries < count * 2;
      items.set(typeof value === "object" || !isUnique ? items.size : String(value), value);
    }
    return [...items.values()];
  }

  #map(field: FieldType, place: ValuePlace, rules: Rules | undefined, making: Making): Fields {
    const own = rulesIn(rules, "map");
    const count = countOf(ruleNumber(own, "minPairs"), ruleNumber(own, "maxPairs"), making.random);
    const entries = new Map<string, unknown>();
    const keyPlace = { name: "key", typeName: place.typeName, now: place.now };
    const valuePlace = { ...place, name: "value" };
    for (let tries = 0; entries.size < count && tries < count * 4; tries++) {
      const key = scalarValue(field.mapKey!, keyPlace, rulesIn(own, "keys"), making.random);
      entries.set(String(key), this.#value(field, valuePlace, rulesIn(own, "values"), making));
    }
    return Object.fromEntries(entries);
  }

  /** One value: the field's, or one of its list or map. */
  #value({ type, longAs: as }: FieldType, place: ValuePlace, rules: Rules | undefined, making: Making): unknown {
    making.budget.values--;
    if (isMessage(type)) return this.#message(type, making, rules, place);
    if (typeof type === "object") return enumValue(type, rules, making.random);
    return longAs({ type, longAs: as }, scalarValue(type, place, rules, making.random));
  }

  /** What an `Any` within a message may hold: what is part of that message elsewhere, so that whoever can read the one can read the other. */
  #typesFor(root: AnyMessageType): readonly AnyMessageType[] {
    let found = this.#anyTypes.get(root);
    if (found === undefined) {
      const seen = new Set([root]);
      for (const { fields } of seen) for (const { type } of fields) if (isMessage(type)) seen.add(type);
      found = [...seen].filter(({ typeName, fields }) => fields.length > 0 && !typeName.startsWith("google."));
      this.#anyTypes.set(root, found);
    }
    return found;
  }

  /** Fills in one of the types that mean more than their fields say; false if it is none. */
  #wellKnown(
    { typeName, fields }: AnyMessageType,
    message: Fields,
    making: Making,
    rules: Rules | undefined,
    place: ValuePlace,
  ): boolean {
    const { random, path } = making;
    switch (typeName) {
      case "google.protobuf.Timestamp":
        Object.assign(message, timestampValue(rulesIn(rules, "timestamp"), place.now));
        return true;
      case "google.protobuf.Duration":
        Object.assign(message, durationValue(rulesIn(rules, "duration"), random));
        return true;
      case "google.protobuf.FieldMask":
        message["paths"] = (path.at(-2)?.fields ?? []).slice(0, 2).map(({ name }) => name);
        return true;
      case "google.protobuf.Struct":
        Object.assign(message, toStruct({ [word(random)]: title(random), count: between(random, 1, 20) }));
        return true;
      case "google.protobuf.Value":
        Object.assign(message, toValue(title(random)));
        return true;
      case "google.protobuf.ListValue":
        message["values"] = [toValue(word(random)), toValue(between(random, 1, 20))];
        return true;
      case "google.protobuf.Any": {
        const types = this.#typesFor(path[0]!).filter((each) => this.#hasRoom(each, making));
        if (types.length === 0) return true;
        const type = pick(random, types);
        message["typeUrl"] = `type.googleapis.com/${type.typeName}`;
        message["value"] = encode(type, this.#message(type, making, undefined, place));
        return true;
      }
      case "google.rpc.Status":
        return true;
      default:
        if (!WRAPPER.test(typeName)) return false;
        message["value"] = this.#value(fields[0]!, place, rules, making);
        return true;
    }
  }
}

const WRAPPER = /^google\.protobuf\.(Double|Float|U?Int64|U?Int32|Bool|String|Bytes)Value$/;

function countOf(low: number | undefined, high: number | undefined, random: Random): number {
  const least = low ?? Math.min(USUAL_ITEMS[0], high ?? USUAL_ITEMS[0]);
  const most = Math.max(least, Math.min(high ?? Math.max(USUAL_ITEMS[1], least), Math.max(USUAL_ITEMS[1], least)));
  return Math.min(between(random, least, most), MAX_ITEMS);
}

/** Things are made before they are changed, and begin before they end. */
function timeOf(name: string, base: Date, random: Random): Date {
  const days = /(update|modif|change|last_)/.test(name)
    ? 10 + random() * 10
    : /(end|expire|finish|complete|due|until|valid_to)/.test(name)
      ? 20 + random() * 40
      : /(create|start|begin|since|from)/.test(name)
        ? 0
        : random() * 10;
  return new Date(base.getTime() + Math.floor((days * DAY_MS) / 1000) * 1000);
}

function timestampValue(rules: Rules | undefined, time: Date): Fields {
  const [said] = ruleChoices(rules);
  let ms = typeof said === "string" ? Date.parse(said) : time.getTime();
  if (said === undefined && rules !== undefined) {
    const within = secondsOf(rules["within"]);
    const [low, high] = [
      Date.parse(String(rules["gt"] ?? rules["gte"])),
      Date.parse(String(rules["lt"] ?? rules["lte"])),
    ];
    if (rules["gtNow"] === true) ms = Date.now() + (within === undefined ? 30 * DAY_MS : within * 500);
    else if (rules["ltNow"] === true || within !== undefined)
      ms = Date.now() - (within === undefined ? DAY_MS : within * 500);
    else if (low >= high) ms = low + 1000;
    else if (!Number.isNaN(low) && !(ms > low)) ms = Number.isNaN(high) ? low + DAY_MS : (low + high) / 2;
    else if (!Number.isNaN(high) && !(ms < high)) ms = Number.isNaN(low) ? high - DAY_MS : (low + high) / 2;
  }
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: ((((ms % 1000) + 1000) % 1000) | 0) * 1_000_000 };
}

function durationValue(rules: Rules | undefined, random: Random): Fields {
  const [said] = ruleChoices(rules);
  let seconds = secondsOf(said) ?? between(random, 1, 300);
  if (said === undefined && rules !== undefined) {
    const low = secondsOf(rules["gt"] ?? rules["gte"]);
    const high = secondsOf(rules["lt"] ?? rules["lte"]);
    if (low !== undefined && high !== undefined) seconds = low < high ? (low + high) / 2 : low + 1;
    else if (low !== undefined && seconds <= low) seconds = low + 1;
    else if (high !== undefined && seconds >= high) seconds = high > 0 ? high / 2 : high - 1;
  }
  const whole = Math.trunc(seconds);
  return { seconds: BigInt(whole), nanos: Math.round((seconds - whole) * 1e9) };
}

/** A duration in JSON, `1.5s`. */
function secondsOf(value: unknown): number | undefined {
  return typeof value === "string" && /^-?[\d.]+s$/.test(value) ? Number(value.slice(0, -1)) : undefined;
}

/** A value that says something: not the first one, which stands for none. */
function enumValue({ values }: EnumType, rules: Rules | undefined, random: Random): number {
  const own = rulesIn(rules, "enum");
  const said = ruleChoices(own);
  if (said.length > 0) return Number(pick(random, said));
  const forbidden = ruleForbidden(own);
  const allowed = Object.values(values).filter((value) => !forbidden.has(String(value)));
  const telling = allowed.filter((value) => value !== 0);
  const from = telling.length > 0 ? telling : allowed;
  return from.length > 0 ? pick(random, from) : (Object.values(values)[0] ?? 0);
}
