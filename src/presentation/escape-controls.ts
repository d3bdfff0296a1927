/** What a terminal obeys or what turns the order of text around, line feeds and tabs aside. */
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Makes a line safe for a terminal: no escape sequence survives, line feeds and tabs of a traceback do. */
export function escapeControls(text: string): string {
  return text.replace(controls, (character) => {
    const code = character.charCodeAt(0);
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : unicodeEscape(code);
  });
}

/** The same for JSON, which stays what it is: it has no other controls than those within texts. */
export function escapeJsonControls(json: string): string {
  return json.replace(controls, (character) => unicodeEscape(character.charCodeAt(0)));
}

function unicodeEscape(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
