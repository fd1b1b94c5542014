// Shortens values and lists that an error message quotes.

const LONGEST = 60
const MOST = 20

/** A value from a file as a message quotes it: only its beginning if it is long. */
export const excerpt = (text: string, longest = LONGEST): string => (text.length > longest ? `${text.slice(0, longest - 3)}...` : text)

/** Names as a message lists them: only the first if there are many. */
export function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, MOST)
    .map((name) => excerpt(name))
    .join(', ')
  return names.length > MOST ? `${shown} and ${names.length - MOST} more` : shown
}
