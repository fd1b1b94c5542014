import jsep, { type CoreExpression, type Expression as Node } from 'jsep'
import { InvalidSpecError } from '../../core/errors.ts'
import { excerpt } from '../../core/excerpt.ts'
import { suggest } from '../../core/suggest.ts'
import type { Params, ParamValue } from './distributions.ts'

type Value = ParamValue | undefined

const FUNCTIONS: Readonly<Record<string, (...numbers: number[]) => number>> = {
  min: Math.min,
  max: Math.max,
  abs: Math.abs,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
  sqrt: Math.sqrt,
  log2: Math.log2,
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => ParamValue>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

/** What is parsed nests at most so deep, and is gone through by calls. */
const LONGEST = 2000

const EQUALITY = ['==', '===', '!=', '!==']

/**
 * A formula over the parameters of a space, as `layers * units <= 256` or `optimizer == 'sgd'`: numbers, strings, true, false, null, names,
 * + - * / % ** < <= > >= == != && || ! ?: and min, max, abs, floor, ceil, round, sqrt, log2. Parsed by jsep; nothing is compiled, so
 * it runs on pages that forbid `eval`.
 */
export class Expression {
  readonly text: string
  /** The parameters it names. */
  readonly names: ReadonlySet<string>
  readonly #root: CoreExpression

  /**
   * @param known the parameters that it may name
   * @param field what it is, for the error, as `space.units2.when`
   * @throws InvalidSpecError
   */
  constructor(text: string, known: readonly string[], field: string) {
    this.text = text
    if (text.length > LONGEST)
      throw new InvalidSpecError(`${field} is ${JSON.stringify(excerpt(text))}, of ${text.length} characters; it may have ${LONGEST}`)
    const names = new Set<string>()
    try {
      this.#root = jsep(text) as CoreExpression
    } catch (cause) {
      throw new InvalidSpecError(`${field} is ${JSON.stringify(text)}, which cannot be read: ${(cause as Error).message}`, { cause })
    }
    check(this.#root, known, names, `${field} is ${JSON.stringify(text)}`)
    this.names = names
  }

  /** Its value; undefined as soon as a parameter that counts is absent. */
  evaluate(params: Params): Value {
    return evaluate(this.#root, params)
  }
}

function childrenOf(node: CoreExpression): Node[] | undefined {
  switch (node.type) {
    case 'BinaryExpression':
      return node.operator in ARITHMETIC || EQUALITY.includes(node.operator) || ['&&', '||'].includes(node.operator)
        ? [node.left, node.right]
        : undefined
    case 'UnaryExpression':
      return ['-', '+', '!'].includes(node.operator) ? [node.argument] : undefined
    case 'ConditionalExpression':
      return [node.test, node.consequent, node.alternate]
    case 'CallExpression':
      return node.callee.type === 'Identifier' && Object.hasOwn(FUNCTIONS, String(node.callee.name)) ? node.arguments : undefined
    case 'Literal':
    case 'Identifier':
      return []
    default:
      return undefined
  }
}

function check(node: CoreExpression, known: readonly string[], names: Set<string>, what: string): void {
  const children = childrenOf(node)
  if (children === undefined) {
    throw new InvalidSpecError(
      `${what}; it may hold names, numbers, strings, + - * / % ** < <= > >= == != && || ! ?: and ${Object.keys(FUNCTIONS).join(', ')}`,
    )
  }
  if (node.type === 'Identifier') {
    if (!known.includes(node.name)) {
      const allowed = known.length > 0 ? `it may name ${known.join(', ')}` : 'no parameter is declared before it'
      throw new InvalidSpecError(`${what}; ${node.name} is no parameter that it may name${suggest(node.name, known) || `: ${allowed}`}`)
    }
    names.add(node.name)
  }
  for (const child of children) check(child as CoreExpression, known, names, what)
}

function evaluate(expression: Node, params: Params): Value {
  const node = expression as CoreExpression
  switch (node.type) {
    case 'Literal':
      return node.value as ParamValue
    case 'Identifier':
      return params[node.name]
    case 'UnaryExpression': {
      const value = evaluate(node.argument, params)
      if (value === undefined) return undefined
      return node.operator === '!' ? !value : node.operator === '-' ? -Number(value) : Number(value)
    }
    case 'ConditionalExpression': {
      const test = evaluate(node.test, params)
      return test === undefined ? undefined : evaluate(test ? node.consequent : node.alternate, params)
    }
    case 'CallExpression': {
      const values = node.arguments.map((argument) => evaluate(argument, params))
      return values.includes(undefined) ? undefined : FUNCTIONS[String(node.callee.name)]?.(...values.map(Number))
    }
    case 'BinaryExpression': {
      const left = evaluate(node.left, params)
      if (left === undefined) return undefined
      if (node.operator === '&&') return left ? evaluate(node.right, params) : left
      if (node.operator === '||') return left ? left : evaluate(node.right, params)
      const right = evaluate(node.right, params)
      if (right === undefined) return undefined
      if (EQUALITY.includes(node.operator)) return (left === right) === node.operator.startsWith('=')
      return ARITHMETIC[node.operator]?.(Number(left), Number(right))
    }
    default:
      throw new Error(`an expression was checked and holds ${node.type}`)
  }
}
