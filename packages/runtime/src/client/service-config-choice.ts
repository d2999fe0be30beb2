import { asObject, listAt, numberAt, own } from "./config-json.js";

/**
 * Chooses among the service configs that TXT records offer (gRFC A2): `grpc_config=[{ "clientLanguage": …,
 * "percentage": …, "clientHostname": …, "serviceConfig": { … } }]`, the first whose conditions this client meets.
 *
 * @param records the TXT records, each with its pieces joined
 * @returns the config, for `parseServiceConfig`; undefined if none is for us. What can't be read is returned as it is, so
 * that it counts as an invalid config and not as none.
 */
export function chooseServiceConfig(records: readonly string[], hostname: string, random: () => number): unknown {
  const record = records.find((text) => text.startsWith(PREFIX));
  if (record === undefined) return undefined;
  const text = record.slice(PREFIX.length);
  try {
    const choices = listAt({ choices: JSON.parse(text) }, "choices", "grpc_config");
    // One draw for all, so that percentages which add up mean what they say.
    const draw = random() * 100;
    for (const [index, value] of choices.entries()) {
      const where = `grpc_config[${index}]`;
      const choice = asObject(value, where);
      const languages = lowerCase(listAt(choice, "clientLanguage", where));
      const hosts = lowerCase(listAt(choice, "clientHostname", where));
      const percentage = numberAt(choice, "percentage", where, 0, 100) ?? 100;
      if (languages.length > 0 && !languages.some((language) => LANGUAGES.includes(language))) continue;
      if (hosts.length > 0 && !hosts.includes(hostname.toLowerCase())) continue;
      if (draw >= percentage) continue;
      return own(choice, "serviceConfig") ?? {};
    }
    return undefined;
  } catch {
    return text;
  }
}

function lowerCase(values: readonly unknown[]): string[] {
  return values.map((value) => String(value).toLowerCase());
}

const PREFIX = "grpc_config=";

/** The names under which a record may mean us. */
const LANGUAGES = ["node", "javascript", "typescript"];
