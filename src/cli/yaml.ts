// Reads YAML files within bounds.

import { Lexer, Parser, parse, YAMLParseError } from 'yaml'
import { InvalidSpecError } from '../core/errors.ts'
import { JsonDepthError, MAX_DEPTH } from '../core/json.ts'
import { readText } from '../data/node/files.ts'

/**
 * Bounds that no file people write comes near. yaml takes time by the square of a mapping's keys, and composes lists in lists by calls: some
 * thousand of them end the process, as compiling an expression with the stack all used up cannot be caught.
 */
const MAX_CHARACTERS = 1_000_000
const MAX_WORDS = 20_000

/** Throws RangeError. The parser of yaml's outer layer has a stack of its own, one token a level. */
function checkSize(text: string): void {
  if (text.length > MAX_CHARACTERS) throw new RangeError(`has ${text.length} characters, more than the ${MAX_CHARACTERS} that are read`)
  const parser = new Parser()
  let words = 0
  for (const lexeme of new Lexer().lex(text)) {
    words += 1
    if (words > MAX_WORDS) throw new RangeError(`has more than the ${MAX_WORDS} words and signs that are read`)
    // What it yields are whole documents; only how deep it stands is of use here.
    Array.from(parser.next(lexeme))
    if (parser.stack.length > MAX_DEPTH) throw new JsonDepthError()
  }
}

/** What YAML can say and no file here means: bytes and other tagged values, and aliases of what they stand in. @throws InvalidSpecError */
function refuseOdd(value: unknown, around: readonly unknown[]): void {
  if (typeof value !== 'object' || value === null) return
  if (around.includes(value)) throw new InvalidSpecError('an alias is inside of the value it stands for')
  if (around.length > MAX_DEPTH) throw new JsonDepthError()
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)
    throw new InvalidSpecError('a value with a tag, as !!binary, is neither text nor number, list nor mapping')
  for (const inner of Object.values(value)) refuseOdd(inner, [...around, value])
}

/** The value that a text of YAML, or of JSON, which is YAML, holds; `name` opens every message. @throws InvalidSpecError */
export function parseYaml(text: string, name: string): unknown {
  try {
    checkSize(text)
    const value: unknown = parse(text, { logLevel: 'error' })
    refuseOdd(value, [])
    return value
  } catch (cause) {
    // yaml throws ReferenceError for an alias of nothing, or of too much.
    const fault = cause instanceof Error ? cause.message : String(cause)
    const isSaid =
      cause instanceof YAMLParseError || cause instanceof JsonDepthError || cause instanceof RangeError || cause instanceof InvalidSpecError
    throw new InvalidSpecError(`${name}: ${isSaid ? fault : `this is no YAML that can be read: ${fault}`}`, {
      cause,
    })
  }
}

/** The value that a file of YAML holds. @throws InvalidSpecError; DataUnavailableError where it cannot be read */
export async function readYaml(path: string): Promise<unknown> {
  return parseYaml(await readText(path), path)
}
