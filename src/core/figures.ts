// Numbers, durations and dates as people read them, in messages, reports and the studio alike.

/** Four significant digits or as many as are asked for; whole numbers as they are: 0.4813, 1.2e-5, 12345678. */
export const shortNumber = (value: number, digits = 4): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)))

/** `0.4 s`, `40 s`, `3 min`, `2 h 10 min`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${Math.max(0.1, Number(seconds.toFixed(1)))} s`
  if (seconds < 99.5) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A time, in milliseconds since 1970, in UTC and as ISO 8601 writes it; midnight is the day alone: `2024-02-01`, `2024-02-01T13:45:00Z`. */
export const dateText = (time: number): string =>
  new Date(time)
    .toISOString()
    .replace(/T00:00:00\.000Z$/, '')
    .replace(/\.000Z$/, 'Z')
