/** Numbers as C++ writes them: descriptors hold the defaults of float and double fields as such text. */

/** The shorter of 15 and 17 digits that gives the same double again. */
export function formatDouble(value: number): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  const short = general(value, 15);
  return Number(short) === value ? short : general(value, 17);
}

/** The shorter of 6 and 9 digits that gives the same float again. */
export function formatFloat(value: number): string {
  const float = Math.fround(value);
  const special = specialText(float);
  if (special !== undefined) return special;
  const short = general(float, 6);
  return Math.fround(Number(short)) === float ? short : general(float, 9);
}

function specialText(value: number): string | undefined {
  if (Number.isNaN(value)) return "nan";
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  return undefined;
}

/** C's `%.<digits>g`. */
function general(value: number, digits: number): string {
  const [mantissa, exponentText] = value.toExponential(digits - 1).split("e") as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= digits) {
    const size = Math.abs(exponent);
    return `${trim(mantissa)}e${exponent < 0 ? "-" : "+"}${size < 10 ? "0" : ""}${size}`;
  }
  return trim(value.toFixed(Math.max(0, digits - 1 - exponent)));
}

function trim(text: string): string {
  if (!text.includes(".")) return text;
  let end = text.length;
  while (text[end - 1] === "0") end--;
  if (text[end - 1] === ".") end--;
  return text.slice(0, end);
}
