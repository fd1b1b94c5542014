// Writes plain data as TypeScript.

/** The line length at which objects and lists are broken. */
const WIDTH = 110

/** Plain data as TypeScript: names without quotes where they need none, and an object on one line where it fits. */
export function literal(value: unknown, indent = 0): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const items = Array.isArray(value)
    ? value.map((item) => literal(item, indent + 2))
    : Object.entries(value).map(([name, item]) => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)}: ${literal(item, indent + 2)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (items.length === 0) return open + close
  const line = Array.isArray(value) ? `[${items.join(', ')}]` : `{ ${items.join(', ')} }`
  if (line.length + indent <= WIDTH && !line.includes('\n')) return line
  const pad = ' '.repeat(indent)
  return `${open}\n${items.map((item) => `${pad}  ${item},`).join('\n')}\n${pad}${close}`
}

/** JSON's escapes are JavaScript's; only the quotes differ. */
const quoted = (text: string): string => `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

export const call = (name: string, ...values: readonly unknown[]): string => `${name}(${values.map((value) => literal(value)).join(', ')})`
