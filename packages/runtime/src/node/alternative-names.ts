/**
 * The subject alternative names of a certificate, from the text that Node makes of them. Names in which a comma or a quote
 * stands are quoted there, so that none can pretend to be two (CVE-2021-44532); they stay quoted.
 *
 * @param text as `DNS:example.org, URI:spiffe://example.org/notes`
 */
export function alternativeNames(text: string | undefined): string[] {
  return (text?.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? []).map((name) => name.trim());
}
