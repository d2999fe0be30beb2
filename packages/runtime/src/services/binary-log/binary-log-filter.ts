/** How much of a call is logged, in bytes; Infinity for all. */
export interface BinaryLogLimits {
  /** Of each section of metadata: keys and values together. */
  readonly headerBytes: number;
  /** Of each message. */
  readonly messageBytes: number;
}

/** Which calls are logged, by the filter that gRFC A16 defines ("Control Interface"). */
export class BinaryLogFilter {
  #everything: BinaryLogLimits | undefined;
  readonly #services = new Map<string, BinaryLogLimits>();
  /** Undefined for a method that is not to be logged. */
  readonly #methods = new Map<string, BinaryLogLimits | undefined>();

  /** @throws TypeError that names the pattern that is malformed or stands there twice */
  constructor(text: string) {
    if (text.trim() === "") return;
    for (const pattern of text.split(",")) this.#add(pattern.trim(), text);
  }

  /** What is to be logged of the calls of a method, by its path; undefined for nothing. */
  limits(path: string): BinaryLogLimits | undefined {
    const name = path.slice(1);
    if (this.#methods.has(name)) return this.#methods.get(name);
    return this.#services.get(name.slice(0, name.lastIndexOf("/"))) ?? this.#everything;
  }

  #add(pattern: string, text: string): void {
    const match = PATTERN.exec(pattern);
    if (match === null) throw malformed(text, pattern, "it is no pattern");
    const [, everything, service, excluded, method, config] = match;
    if (everything !== undefined) {
      if (this.#everything !== undefined) throw malformed(text, pattern, '"*" stands there twice');
      this.#everything = limitsOf(config, pattern, text);
    } else if (service !== undefined) {
      if (this.#services.has(service)) throw malformed(text, pattern, "the service stands there twice");
      this.#services.set(service, limitsOf(config, pattern, text));
    } else if (method !== undefined) {
      if (this.#methods.has(method)) throw malformed(text, pattern, "the method stands there twice");
      if (excluded !== "" && config !== undefined) throw malformed(text, pattern, "what is excluded has no limits");
      this.#methods.set(method, excluded === "" ? limitsOf(config, pattern, text) : undefined);
    }
  }
}

const NAME = "[\\w.]+";
/** `*`, `service/*`, `service/method` or `-service/method`, then perhaps limits in braces. */
const PATTERN: RegExp = new RegExp(`^(?:(\\*)|(${NAME})/\\*|(-?)(${NAME}/\\w+))(\\{.*\\})?$`);

/** `{h}`, `{h:256}`, `{m}`, `{m:256}`, `{h;m:256}` and the like: what is not named is not logged. */
function limitsOf(config: string | undefined, pattern: string, text: string): BinaryLogLimits {
  if (config === undefined) return { headerBytes: Infinity, messageBytes: Infinity };
  const match = /^\{(?:(h)(?::(\d+))?)?(;)?(?:(m)(?::(\d+))?)?\}$/.exec(config);
  const [, header, headerBytes, semicolon, message, messageBytes] = match ?? [];
  const both = header !== undefined && message !== undefined;
  if (match === null || (header ?? message) === undefined || both !== (semicolon !== undefined)) {
    throw malformed(text, pattern, `${config} is no "{h}", "{m}" or "{h;m}", each with ":bytes" if they are limited`);
  }
  return { headerBytes: bytesOf(header, headerBytes), messageBytes: bytesOf(message, messageBytes) };
}

function bytesOf(letter: string | undefined, bytes: string | undefined): number {
  if (letter === undefined) return 0;
  return bytes === undefined ? Infinity : Number(bytes);
}

function malformed(text: string, pattern: string, why: string): TypeError {
  return new TypeError(
    `the binary log filter ${JSON.stringify(text)} can't be used: ${JSON.stringify(pattern)}: ${why}. Filters look like "*{h}" or "pkg.Service/*,-pkg.Service/Secret" (gRFC A16)`,
  );
}
