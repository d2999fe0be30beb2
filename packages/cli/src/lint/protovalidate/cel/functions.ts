import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  STRING,
  TIMESTAMP,
  typeOf,
  typeParam,
  UINT,
} from "./cel-type.js";

/** One way to call a function. */
export interface Overload {
  /** Whether the first argument stands in front of the dot. */
  readonly isMember: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
}

const A = typeParam("A");
const B = typeParam("B");

const TYPES: Readonly<Record<string, CelType>> = {
  bool: BOOL,
  bytes: BYTES,
  double: DOUBLE,
  int: INT,
  string: STRING,
  uint: UINT,
  duration: DURATION,
  timestamp: TIMESTAMP,
  dyn: DYN,
  A,
  B,
  listA: listOf(A),
  mapAB: mapOf(A, B),
  typeA: typeOf(A),
  listDyn: listOf(DYN),
  listBool: listOf(BOOL),
  listInt: listOf(INT),
  listUint: listOf(UINT),
  listDouble: listOf(DOUBLE),
  listString: listOf(STRING),
  listBytes: listOf(BYTES),
};

/**
 * The functions of CEL (cel-spec, "List of Standard Definitions", numbers of different types compared with each other), its
 * string extensions, and those of protovalidate. A line is a name and its ways to be called, `target.argument argument>result`.
 */
const DECLARATIONS = `
_?_:_ bool A A>A
_&&_ bool bool>bool
_||_ bool bool>bool
!_ bool>bool
@not_strictly_false bool>bool
_==_ A A>bool
_!=_ A A>bool
_+_ bytes bytes>bytes, double double>double, duration duration>duration, duration timestamp>timestamp, timestamp duration>timestamp, int int>int, listA listA>listA, string string>string, uint uint>uint
_/_ double double>double, int int>int, uint uint>uint
_%_ int int>int, uint uint>uint
_*_ double double>double, int int>int, uint uint>uint
-_ double>double, int>int
_-_ double double>double, duration duration>duration, int int>int, timestamp duration>timestamp, timestamp timestamp>duration, uint uint>uint
_[_] listA int>A, mapAB A>B
@in A listA>bool, A mapAB>bool
size bytes>int, bytes.>int, listA>int, listA.>int, mapAB>int, mapAB.>int, string>int, string.>int
type A>typeA
bool bool>bool, string>bool
bytes bytes>bytes, string>bytes
double double>double, int>double, string>double, uint>double
duration duration>duration, string>duration
dyn A>dyn
int int>int, double>int, duration>int, string>int, timestamp>int, uint>int
string string>string, bool>string, bytes>string, double>string, duration>string, int>string, timestamp>string, uint>string
timestamp timestamp>timestamp, int>timestamp, string>timestamp
uint uint>uint, double>uint, int>uint, string>uint
contains string.string>bool, bytes.bytes>bool
endsWith string.string>bool, bytes.bytes>bool
startsWith string.string>bool, bytes.bytes>bool
matches string string>bool, string.string>bool
getFullYear timestamp.>int, timestamp.string>int
getMonth timestamp.>int, timestamp.string>int
getDayOfYear timestamp.>int, timestamp.string>int
getDayOfMonth timestamp.>int, timestamp.string>int
getDate timestamp.>int, timestamp.string>int
getDayOfWeek timestamp.>int, timestamp.string>int
getHours timestamp.>int, timestamp.string>int, duration.>int
getMinutes timestamp.>int, timestamp.string>int, duration.>int
getSeconds timestamp.>int, timestamp.string>int, duration.>int
getMilliseconds timestamp.>int, timestamp.string>int, duration.>int
charAt string.int>string
indexOf string.string>int, string.string int>int
lastIndexOf string.string>int, string.string int>int
lowerAscii string.>string
replace string.string string>string, string.string string int>string
split string.string>listString, string.string int>listString
substring string.int>string, string.int int>string
trim string.>string
upperAscii string.>string
format string.listDyn>string
strings.quote string>string
join listString.>string, listString.string>string
reverse string.>string
unique listBool.>bool, listInt.>bool, listUint.>bool, listDouble.>bool, listString.>bool, listBytes.>bool
getField dyn string>dyn
isNan double.>bool
isInf double.>bool, double.int>bool
isHostname string.>bool
isEmail string.>bool
isIp string.>bool, string.int>bool
isIpPrefix string.>bool, string.int>bool, string.bool>bool, string.int bool>bool
isUri string.>bool
isUriRef string.>bool
isHostAndPort string.bool>bool
`;

const ORDERED = ["bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration"];
const NUMBERS = ["int", "uint", "double"];

let declared: ReadonlyMap<string, readonly Overload[]> | undefined;

/** The ways in which a function may be called; `undefined` if there is none of that name. */
export function overloadsOf(name: string): readonly Overload[] | undefined {
  declared ??= declare();
  return declared.get(name);
}

function declare(): Map<string, readonly Overload[]> {
  const functions = new Map<string, readonly Overload[]>();
  for (const line of DECLARATIONS.trim().split("\n")) {
    const space = line.indexOf(" ");
    functions.set(
      line.slice(0, space),
      line
        .slice(space + 1)
        .split(", ")
        .map(parseOverload),
    );
  }
  const pairs = [...ORDERED.map((each) => [each, each]), ...NUMBERS.flatMap((a) => NUMBERS.map((b) => [a, b]))];
  const comparisons = pairs.map(([a, b]) => parseOverload(`${a} ${b}>bool`));
  for (const name of ["_<_", "_<=_", "_>_", "_>=_"]) functions.set(name, comparisons);
  return functions;
}

function parseOverload(text: string): Overload {
  const [args = "", result = ""] = text.split(">");
  return {
    isMember: args.includes("."),
    args: args
      .split(/[. ]/)
      .filter((each) => each !== "")
      .map((each) => TYPES[each]!),
    result: TYPES[result]!,
  };
}
