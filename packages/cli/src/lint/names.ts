/* How names are to be written: the rules' notion of words, which keeps digits with the letters before them. */

/** `FooBar` and `fooBar` as `foo_bar`; capitals in a row are one word. */
export function lowerSnakeCase(name: string): string {
  return snakeCase(name).toLowerCase();
}

/** `FooBar` and `fooBar` as `FOO_BAR`. */
export function upperSnakeCase(name: string): string {
  return snakeCase(name).toUpperCase();
}

/** `foo_bar` as `FooBar`; capitals stay. */
export function pascalCase(name: string): string {
  let output = "";
  let previous = "";
  for (const char of name.trim()) {
    if (!isDelimiter(char)) {
      output += previous === "" || isDelimiter(previous) || isUpper(char) ? char.toUpperCase() : char.toLowerCase();
    }
    previous = char;
  }
  return output;
}

/** Words of one case with single underscores between them: what most names are, and what they come out as. */
const IN_SNAKE_CASE = /^(?:[a-z0-9]+(?:_[a-z0-9]+)*|[A-Z0-9]+(?:_[A-Z0-9]+)*)$/;

function snakeCase(name: string): string {
  if (IN_SNAKE_CASE.test(name)) return name;
  const chars = [...name];
  while (chars.length > 0 && isDelimiter(chars[0]!)) chars.shift();
  while (chars.length > 0 && isDelimiter(chars.at(-1)!)) chars.pop();
  let output = "";
  for (const [i, each] of chars.entries()) {
    const char = isDelimiter(each) ? "_" : each;
    const next = chars[i + 1];
    const endsCapitals = next !== undefined && !isUpper(next) && !isDigit(next) && !isDelimiter(next);
    const isNewWord = isUpper(char) && !output.endsWith("_") && (endsCapitals || isLower(chars[i - 1] ?? ""));
    if (i > 0 && isNewWord) output += `_${char}`;
    else if (char !== "_" || !output.endsWith("_")) output += char;
  }
  return output;
}

function isDelimiter(char: string): boolean {
  return ".-_ \t\n\r".includes(char);
}

function isUpper(char: string): boolean {
  return char >= "A" && char <= "Z";
}

function isLower(char: string): boolean {
  return char >= "a" && char <= "z";
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}
