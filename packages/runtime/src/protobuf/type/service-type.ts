import type { FileType } from "./file-type.js";
import type { AnyMessageType } from "./message-type.js";

export type { AnyMessageType };

/** Which side sends more than one message. */
export type MethodKind = "unary" | "server_streaming" | "client_streaming" | "bidi_streaming";

/** `idempotency_level` of `google.protobuf.MethodOptions`; absent means unknown. */
export type Idempotency = "no_side_effects" | "idempotent";

/** One method of a service: what both sides need in order to call it. Made by {@link service}. */
export interface MethodType<
  Kind extends MethodKind = MethodKind,
  Input extends AnyMessageType = AnyMessageType,
  Output extends AnyMessageType = AnyMessageType,
> {
  readonly kind: Kind;
  /** The name in the `.proto`, as `Get`. */
  readonly name: string;
  /** The full name of the service, as `notes.v1.Notes`. */
  readonly service: string;
  /** The path that goes over the wire, as `/notes.v1.Notes/Get` (gRPC over HTTP2, "Requests"). */
  readonly path: string;
  readonly input: Input;
  readonly output: Output;
  readonly idempotency: Idempotency | undefined;
  /** The file that declares it, for options; absent if the service was made by hand. */
  readonly file?: FileType | undefined;
}

/** What generated code says of a method; {@link service} adds the rest. */
export interface MethodInit<
  Kind extends MethodKind = MethodKind,
  Input extends AnyMessageType = AnyMessageType,
  Output extends AnyMessageType = AnyMessageType,
> {
  readonly kind: Kind;
  readonly name: string;
  readonly input: Input;
  readonly output: Output;
  readonly idempotency?: Idempotency;
}

/** The methods of a service by their local (lower camel case) names. */
export type Methods = Readonly<Record<string, MethodType>>;

/** A service: its full name and its methods by their local names. Made by {@link service}. */
export interface ServiceType<M extends Methods = Methods> {
  readonly typeName: string;
  readonly methods: M;
  /** The file that declares it, for reflection and for options; absent if the service was made by hand. */
  readonly file?: FileType | undefined;
}

/**
 * Makes the schema value of a service. Generated code calls it; `methods` holds the methods by their local names.
 * The type comes from the annotation of what it is assigned to, as isolated declarations want it.
 *
 * @param typeName the full name, as `notes.v1.Notes`
 * @param file gives the file that declares it; asked when somebody wants it, so that files may refer to one another
 */
export function service<M extends Methods>(
  typeName: string,
  methods: { readonly [K in keyof NoInfer<M>]: MethodInit<M[K]["kind"], M[K]["input"], M[K]["output"]> },
  file?: () => FileType,
): ServiceType<M> {
  const complete: Record<string, MethodType> = Object.create(null);
  for (const localName of Object.keys(methods)) {
    const init = methods[localName] as MethodInit;
    complete[localName] = {
      kind: init.kind,
      name: init.name,
      service: typeName,
      path: `/${typeName}/${init.name}`,
      input: init.input,
      output: init.output,
      idempotency: init.idempotency,
      get file() {
        return file?.();
      },
    };
  }
  return {
    typeName,
    methods: complete as M,
    get file() {
      return file?.();
    },
  };
}
