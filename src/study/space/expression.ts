// Parses and evaluates the formulas of conditions, constraints and templates.

import jsep, { type CoreExpression, type Expression as Node } from 'jsep'
import { InvalidSpecError } from '../../core/errors.ts'
import { excerpt } from '../../core/excerpt.ts'
import { suggest } from '../../core/suggest.ts'
import { own, type Params, type ParamValue } from './distributions.ts'

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
const ORDER = ['<', '<=', '>', '>=']

/**
 * A formula over the parameters of a space, as `layers * units <= 256` or `optimizer == 'sgd'`: numbers, strings, true, false, null, names,
 * + - * / % ** < <= > >= == != && || ! ?: and min, max, abs, floor, ceil, round, sqrt, log2. A parameter of any name is
 * `params['batch-size']`; words joined by dots, as `model.lr`, may stand as they are. Parsed by jsep; nothing is compiled, so it runs on
 * pages that forbid `eval`.
 */
export class Expression {
  readonly text: string
  readonly #root: CoreExpression
  /** The parameters it names, by the nodes that do. */
  readonly #names = new Map<Node, string>()

  /**
   * @param known the parameters that it may name
   * @param field what it is, for the error, as `space.units2.when`
   * @throws InvalidSpecError
   */
  constructor(text: string, known: readonly string[], field: string) {
    this.text = text
    if (text.length > LONGEST)
      throw new InvalidSpecError(`${field} is ${JSON.stringify(excerpt(text))}, of ${text.length} characters; it may have ${LONGEST}`)
    try {
      this.#root = jsep(text) as CoreExpression
    } catch (cause) {
      throw new InvalidSpecError(`${field} is ${JSON.stringify(text)}, which cannot be read: ${(cause as Error).message}`, { cause })
    }
    check(this.#root, known, this.#names, `${field} is ${JSON.stringify(text)}`)
  }

  /** The parameter that it is and nothing more; undefined for any other formula. */
  get parameter(): string | undefined {
    return this.#names.get(this.#root)
  }

  /** Its value; undefined as soon as a parameter that counts is absent. */
  evaluate(params: Params): Value {
    return evaluate(this.#root, params, this.#names)
  }
}

/** How a formula names a parameter. */
const written = (name: string): string =>
  /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) && !['true', 'false', 'null', 'this'].includes(name)
    ? name
    : `params['${name.replace(/['\\]/g, '\\$&')}']`

/** The name that a node stands for: `lr`, `model.lr` where that is known, `params['batch-size']`; undefined for what is no name. */
function nameOf(node: CoreExpression, known: readonly string[]): string | undefined {
  if (node.type === 'Identifier') return node.name
  const [owner, ...rest] = pathOf(node) ?? []
  const inner = rest.join('.')
  const [whole, given] = [`${owner}.${inner}`, owner === 'params' ? inner : undefined]
  if (known.includes(whole)) return whole
  const isQuoted = node.type === 'MemberExpression' && node.computed === true
  return given !== undefined && (isQuoted || known.includes(given)) ? given : undefined
}

/** `model.lr` as its words; of `params['batch-size']` the quoted name is one. */
function pathOf(node: CoreExpression): string[] | undefined {
  if (node.type === 'Identifier') return [node.name]
  if (node.type !== 'MemberExpression' || node.optional === true) return undefined
  const [object, property] = [node.object as CoreExpression, node.property as CoreExpression]
  const owner = pathOf(object)
  const isName = node.computed ? object.type === 'Identifier' && typeof property.value === 'string' : property.type === 'Identifier'
  return owner !== undefined && isName ? [...owner, String(node.computed ? property.value : property.name)] : undefined
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
      return []
    default:
      return undefined
  }
}

const isOrder = (node: CoreExpression): boolean => node.type === 'BinaryExpression' && ORDER.includes(node.operator)
const isComparison = (node: CoreExpression): boolean =>
  isOrder(node) || (node.type === 'BinaryExpression' && EQUALITY.includes(node.operator))

function check(node: CoreExpression, known: readonly string[], names: Map<Node, string>, what: string): void {
  const name = nameOf(node, known)
  if (name !== undefined) {
    if (!known.includes(name)) {
      const allowed = known.length > 0 ? `it may name ${known.map(written).join(', ')}` : 'no parameter is declared before it'
      const hint = suggest(name, known)
      const near = known.find((one) => written(one) !== one && hint.includes(`"${one}"`))
      const how = near === undefined ? '' : ` It is written ${written(near)}`
      throw new InvalidSpecError(`${what}; ${name} is no parameter that it may name${hint ? `${hint}${how}` : `: ${allowed}`}`)
    }
    names.set(node, name)
    return
  }
  const children = childrenOf(node)
  if (children === undefined) {
    throw new InvalidSpecError(
      `${what}; it may hold names, numbers, strings, + - * / % ** < <= > >= == != && || ! ?: and ${Object.keys(FUNCTIONS).join(', ')}; a name of several words is params['learning rate']`,
    )
  }
  if (children.some((child) => isOrder(node) && isComparison(child as CoreExpression)))
    throw new InvalidSpecError(`${what}; it compares what a comparison says, true or false: write 1 < x && x < 3 in place of 1 < x < 3`)
  for (const child of children) check(child as CoreExpression, known, names, what)
}

function evaluate(expression: Node, params: Params, names: ReadonlyMap<Node, string>): Value {
  const node = expression as CoreExpression
  const name = names.get(node)
  if (name !== undefined) return own(params, name)
  switch (node.type) {
    case 'Literal':
      return node.value as ParamValue
    case 'UnaryExpression': {
      const value = evaluate(node.argument, params, names)
      if (value === undefined) return undefined
      return node.operator === '!' ? !value : node.operator === '-' ? -Number(value) : Number(value)
    }
    case 'ConditionalExpression': {
      const test = evaluate(node.test, params, names)
      return test === undefined ? undefined : evaluate(test ? node.consequent : node.alternate, params, names)
    }
    case 'CallExpression': {
      const values = node.arguments.map((argument) => evaluate(argument, params, names))
      return values.includes(undefined) ? undefined : FUNCTIONS[String(node.callee.name)]?.(...values.map(Number))
    }
    case 'BinaryExpression': {
      const left = evaluate(node.left, params, names)
      if (left === undefined) return undefined
      if (node.operator === '&&') return left ? evaluate(node.right, params, names) : left
      if (node.operator === '||') return left ? left : evaluate(node.right, params, names)
      const right = evaluate(node.right, params, names)
      if (right === undefined) return undefined
      if (EQUALITY.includes(node.operator)) return (left === right) === node.operator.startsWith('=')
      return ARITHMETIC[node.operator]?.(Number(left), Number(right))
    }
    default:
      throw new Error(`an expression was checked and holds ${node.type}`)
  }
}
