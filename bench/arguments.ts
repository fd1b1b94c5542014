// Reads numbers from the command line.

/** @throws Error naming the option, when its text is no whole number from 1 on */
export function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is ${text}; it must be a whole number of at least 1`)
  return value
}
