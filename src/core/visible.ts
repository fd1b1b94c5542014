// Makes control characters visible, so that text from outside cannot act on a terminal.

/**
 * Characters that act on a terminal: escapes and other control characters, including 8-bit ones, and marks that change the
 * direction of text. Line breaks and tabs are kept.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const ACTING = /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** The text with such characters written out, as \u001b, so that nothing obeys them. In JSON it means the same as before. */
export const visible = (text: string): string =>
  text.replace(ACTING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
