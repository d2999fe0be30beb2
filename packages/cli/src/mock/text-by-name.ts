import type { Random } from "../random.js";
import {
  between,
  CITIES,
  COLORS,
  COMPANIES,
  FIRST_NAMES,
  hex,
  JOBS,
  LAST_NAMES,
  pick,
  STREETS,
  sentence,
  title,
  uuid,
  word,
} from "./words.js";

/** What a field's name says of its text, the first that fits; names are in lower case, with underscores. */
const KINDS: readonly (readonly [RegExp, (random: Random, now: Date) => string])[] = [
  // A client that follows pages until there is none left must come to an end.
  [/(^|_)next_page(_token)?$|(^|_)(page_token|next_token|next_cursor|cursor)$/, () => ""],
  [/(^|_)(e_?mail)(_address)?$/, (r) => `${pick(r, FIRST_NAMES)}.${pick(r, LAST_NAMES)}@example.com`.toLowerCase()],
  [/(^|_)(first|given)_?name$/, (r) => pick(r, FIRST_NAMES)],
  [/(^|_)(last|family)_?name$|^surname$/, (r) => pick(r, LAST_NAMES)],
  [/(^|_)(user_?name|login|handle|nick_?name)$/, (r) => `${pick(r, FIRST_NAMES).toLowerCase()}${between(r, 1, 99)}`],
  [/(^|_)file_?name$/, (r) => `${word(r)}.txt`],
  [/(^|_)host_?name$|(^|_)(host|domain)$/, (r) => `${word(r)}.example.com`],
  [/(^|_)(company|organi[sz]ation|employer|vendor|supplier|brand)(_name)?$/, (r) => pick(r, COMPANIES)],
  [/(^|_)(full|display|person|customer|author|owner|contact|sender|recipient|user)_?name$/, person],
  [/^(author|owner|assignee|sender|recipient|created_by|updated_by)$/, person],
  [/(^|_)(uu|gu)id$|_id$|^id$/, (r) => uuid(r)],
  [/(^|_)(image|avatar|photo|picture|icon|thumbnail|logo)(_url|_uri)?$/, (r) => `https://example.com/${word(r)}.png`],
  [/(^|_)(url|uri|link|href|website|homepage)$/, (r) => `https://example.com/${word(r)}/${between(r, 1, 999)}`],
  [/(^|_)(phone|mobile|fax|telephone)(_?number)?$/, (r) => `+1 555 01${between(r, 0, 9)}${between(r, 0, 9)}`],
  [/(^|_)(ip|ip_?address|ip_?v4|remote_addr)$/, (r) => `192.0.2.${between(r, 1, 254)}`],
  [/(^|_)ip_?v6$/, (r) => `2001:db8::${hex(r, 4)}`],
  [/(^|_)user_agent$/, () => "Mozilla/5.0 (X11; Linux x86_64)"],
  [/(^|_)(address|street|address_line(_?\d)?|line_?1)$/, (r) => `${between(r, 1, 200)} ${pick(r, STREETS)}`],
  [/(^|_)(city|town|locality)$/, (r) => pick(r, CITIES)[0]],
  [/(^|_)(region|province|administrative_area)$/, (r) => pick(r, CITIES)[1]],
  [/(^|_)(country|region)_?code$/, (r) => pick(r, CITIES)[3]],
  [/(^|_)country$/, (r) => pick(r, CITIES)[2]],
  [/(^|_)(zip|zip_?code|postal_?code|post_?code)$/, (r) => String(between(r, 10_000, 99_999))],
  [/(^|_)(time_?zone|tz)$/, (r) => pick(r, CITIES)[4]],
  [/(^|_)currency(_?code)?$/, (r) => pick(r, ["EUR", "GBP", "JPY", "USD"])],
  [/(^|_)(language|locale|lang)(_?code)?$/, (r) => pick(r, ["de", "en", "fr", "ja", "pt"])],
  [/(^|_)colou?r$/, (r) => pick(r, COLORS)],
  [/(^|_)(job_?title|job|role|occupation|profession)$/, (r) => pick(r, JOBS)],
  [/(^|_)(title|subject|headline)$|_name$|^name$/, (r) => title(r)],
  [/(^|_)(description|summary|comment|text|body|content|message|note|notes|reason|bio|about|caption)$/, sentence],
  [/(^|_)(version|revision)$/, (r) => `${between(r, 0, 3)}.${between(r, 0, 9)}.${between(r, 0, 9)}`],
  [/(^|_)(sha_?256|digest|checksum)$/, (r) => hex(r, 64)],
  [/(^|_)(sha|sha_?1|commit|hash|token|secret|api_?key|etag|fingerprint|signature)$/, (r) => hex(r, 40)],
  [/(^|_)(mime_?type|content_?type|media_?type)$/, (r) => pick(r, ["application/json", "text/plain", "image/png"])],
  [/(^|_)(path|directory|folder)$/, (r) => `/${word(r)}/${word(r)}`],
  [/(^|_)(sku|code|reference|serial(_number)?|number)$/, (r) => `${hex(r, 2).toUpperCase()}-${between(r, 1000, 9999)}`],
  [/(_at|_time|timestamp|^datetime)$/, (_, now) => now.toISOString()],
  [/(^|_)(date|day|birthday)$/, (_, now) => now.toISOString().slice(0, 10)],
];

/**
 * A text that a field of this name may well hold.
 *
 * @param name as in the `.proto`
 * @param typeName of the message: a `name` of a user is a person's
 * @param now the time that it is about
 */
export function textByName(name: string, typeName: string, random: Random, now: Date): string {
  const plain = name.replace(/(?<=[a-z\d])(?=[A-Z])/g, "_").toLowerCase();
  if (plain === "name" && /(User|Person|Customer|Author|Contact|Employee|Member|Owner)$/.test(typeName)) {
    return person(random);
  }
  // Of a list the name is in the plural.
  const singular = plain.endsWith("s") ? plain.slice(0, -1) : plain;
  for (const candidate of [plain, singular]) {
    for (const [names, make] of KINDS) if (names.test(candidate)) return make(random, now);
  }
  return word(random);
}

function person(random: Random): string {
  return `${pick(random, FIRST_NAMES)} ${pick(random, LAST_NAMES)}`;
}
