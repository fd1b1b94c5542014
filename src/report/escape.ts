// Escapes text for HTML, and makes ids and file names from titles.

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** For text between tags and for attributes in quotes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark)

/** An id for the i-th section: `s2-initialisers`. */
export const slug = (title: string, i: number): string => [`s${i + 1}`, ...(title.toLowerCase().match(/[a-z0-9]+/g) ?? [])].join('-')

/** A title as a file name: letters and digits of every language, and signs that every file system accepts. */
export const fileNameOf = (title: string): string => title.replace(/[^\p{L}\p{N}.-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'study'
