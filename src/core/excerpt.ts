const LONGEST = 60

/** A value from a file as a message quotes it: its beginning, where it is long. */
export const excerpt = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text)
