// The size of a dimension of what a file computes.

/** A size: of the rows, which are many; -1 where the file does not say it. */
export type Size = number | 'rows'
