/** Follows a graph from its inputs to all its outputs. What cannot be read is an error only where an output is asked for that needs it. */

import { EspalierError, InvalidDataError } from '../../core/errors.ts'
import { MAX_DIMENSIONS } from '../../core/shape.ts'
import { UnsupportedModelError } from '../errors.ts'
import { CONSTANTS } from './constants.ts'
import { type NodeView, nameOf, whereOf } from './node.ts'
import type { OnnxAttribute, OnnxFunction, OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from './proto.ts'
import { ROWS } from './rows/operators.ts'
import type { Size } from './size.ts'
import { type Constant, constantOf, type DataFiles, isFloat, isWhole, STRING, typeName } from './tensors.ts'
import type { Operation, Rows, Unread, Value } from './values.ts'

const READ = 'here a network is Gemm or MatMul and activations, and steps by constants before, between and after them'

/** The newest operator set whose operators are known here; a newer one is read as this. */
const NEWEST = 22
const OLDEST = 7

/** Functions of a model's own, in one another, and nodes in all: a small file can ask for a great deal. */
const DEEPEST = 32
const MOST_NODES = 20_000
const LEAST_NUMBERS = 2 ** 22

/** How many numbers may be made of a file of so many bytes, with those beside it: those of its constants, and of four steps of each. */
export const numbersFor = (size: number): number => LEAST_NUMBERS + 5 * size

/** Which operators are read, and how messages sum them up. */
export interface Table {
  readonly rows: ReadonlyMap<string, (node: NodeView) => Value | Value[]>
  readonly constants: ReadonlyMap<string, (node: NodeView) => Constant>
  readonly read: string
  /** What the graph's input stands for. */
  readonly input: (given: Rows) => Value
}

const DENSE: Table = { rows: ROWS, constants: CONSTANTS, read: READ, input: (given) => given }

/** The values of names in the graph, or in a function that it calls. */
interface Scope {
  readonly values: Map<string, Value>
  readonly constants: ReadonlyMap<string, OnnxTensor>
  readonly versions: ReadonlyMap<string, number>
  /** Of the call, in a function. */
  readonly attributes: ReadonlyMap<string, OnnxAttribute>
  readonly depth: number
}

export class Evaluator {
  readonly #model: OnnxModel
  readonly #file: string
  readonly #files: DataFiles
  readonly #functions: ReadonlyMap<string, OnnxFunction>
  readonly #scope: Scope
  readonly #table: Table
  #shape: readonly Size[] | undefined
  #batch: number | undefined
  #nodes = 0
  #numbers: number
  /** Errors that name an operator which is not read. */
  readonly #missing = new Set<EspalierError>()

  /** @param size of the file and those beside it, in bytes */
  constructor(model: OnnxModel, file: string, files: DataFiles, size: number, table = DENSE) {
    this.#table = table
    this.#model = model
    this.#file = file
    this.#files = files
    this.#numbers = numbersFor(size)
    this.#functions = new Map(model.functions.map((made) => [keyOf(made.domain, made.name, made.overload), made]))
    this.#scope = { values: new Map(), constants: model.constants, versions: model.versions, attributes: new Map(), depth: 0 }
    const version = model.versions.get('')
    if (version !== undefined && version < OLDEST)
      throw new UnsupportedModelError(
        `${file}: is of operator set ${version}; sets from ${OLDEST} on are read: convert it with onnx.version_converter`,
      )
  }

  /** The value of each output, in the order of the graph. */
  run(): { info: OnnxValueInfo; value: Value }[] {
    const inputs = this.#model.inputs.filter(({ name }) => !this.#model.constants.has(name))
    const [input] = inputs
    if (input === undefined || inputs.length > 1) {
      const names = inputs.map(({ name }) => `"${name}"`).join(', ')
      throw new UnsupportedModelError(
        `${this.#file}: the graph has ${inputs.length} inputs${names && ` (${names})`}; a network here has one`,
      )
    }
    const given = this.#inputOf(input)
    this.#scope.values.set(input.name, given.kind === 'unread' ? given : this.#attempt([], () => this.#table.input(given)))
    for (const node of this.#model.nodes) this.#evaluate(node, this.#scope)
    return this.#model.outputs.map((info) => ({ info, value: this.#valueOf(info.name, this.#scope) }))
  }

  /** Of the input, once the graph was run; undefined where the file does not say it. */
  get shape(): readonly Size[] | undefined {
    return this.#shape
  }

  #inputOf({ name, type, shape }: OnnxValueInfo): Rows | Unread {
    const where = `input "${name}"`
    const unread = (what: string): Unread => ({
      kind: 'unread',
      of: [],
      error: new UnsupportedModelError(`${this.#file}: ${where} ${what}`),
    })
    if (type !== 0 && !isFloat(type) && !isWhole(type))
      return unread(`is of type ${typeName(type)}; a network here computes in float32${type === STRING ? '' : ': export it in float32'}`)
    if (shape !== undefined && shape.length < 2) return unread(`has ${shape.length} dimensions; here it is rows of columns`)
    const [rows, ...others] = shape ?? []
    // A size of 0 would be nobody's; some writers mean by it one that is not fixed.
    if (rows !== undefined && rows > 0) this.#batch = rows
    this.#shape = shape && ['rows', ...others.map((size) => (size > 0 ? size : -1))]
    return { kind: 'rows', shape: this.#shape, whole: isWhole(type), step: { op: 'input', where } }
  }

  #valueOf(name: string, { values, constants }: Scope): Value {
    const known = values.get(name)
    if (known !== undefined) return known
    const held = constants.get(name)
    const value = held ? this.#attempt([], () => this.#constant(held, `constant "${name}"`)) : this.#absent(name)
    values.set(name, value)
    return value
  }

  #absent(name: string): Unread {
    const error = new InvalidDataError(`${this.#file}: "${name}" is taken by a node but given by none before it; the file is damaged`)
    return { kind: 'unread', of: [], error }
  }

  /** What `compute` gives, or that it cannot be read. */
  #attempt<T extends Value | Value[]>(of: readonly Operation[], compute: () => T): T | Unread {
    try {
      return compute()
    } catch (error) {
      if (!(error instanceof EspalierError)) throw error
      return { kind: 'unread', error, of }
    }
  }

  #evaluate(node: OnnxNode, scope: Scope): void {
    this.#nodes += 1
    if (this.#nodes > MOST_NODES) throw new UnsupportedModelError(`${this.#file}: has more than ${MOST_NODES} nodes`)
    this.#spend(node.inputs.length + node.outputs.length, whereOf(node))
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.#valueOf(name, scope)))
    const of = inputs.flatMap((value) => (value?.kind === 'rows' ? [value.step] : value?.kind === 'unread' ? value.of : []))
    const made = this.#functions.get(keyOf(node.domain, node.operator, node.overload))
    if (made !== undefined) {
      this.#call(made, node, inputs, scope)
      return
    }
    const computed = this.#attempt(of, () => this.#compute(node, inputs, scope))
    const values = Array.isArray(computed) ? computed : [computed]
    const [first] = values
    node.outputs.forEach((name, i) => {
      scope.values.set(name, values[i] ?? (first?.kind === 'unread' ? first : this.#besides(node, name, of)))
    })
  }

  #besides(node: OnnxNode, name: string, of: readonly Operation[]): Unread {
    const error = new UnsupportedModelError(`${this.#file}: ${whereOf(node)} also gives "${name}"; it is not read`)
    return { kind: 'unread', of, error }
  }

  #compute(node: OnnxNode, inputs: readonly (Value | undefined)[], scope: Scope): Value | Value[] {
    const name = nameOf(node)
    const where = whereOf(node)
    const unread = inputs.find((value) => value?.kind === 'unread')
    // An operator that is missing says more than what it would have been given.
    const { rows, constants, read } = this.#table
    const isMissing = !constants.has(name) && !rows.has(name)
    if (unread?.kind === 'unread' && (!isMissing || this.#missing.has(unread.error))) throw unread.error
    const view: NodeView = {
      where,
      operator: node.operator,
      version: Math.min(scope.versions.get(node.domain) ?? NEWEST, NEWEST),
      inputs,
      names: node.inputs,
      outputs: node.outputs.filter((output) => output !== '').length,
      batch: this.#batch,
      spend: (numbers) => this.#spend(numbers, where),
      attribute: (key) => attributeOf(node, key, scope),
      unsupported: (what) => new UnsupportedModelError(`${this.#file}: ${where} ${what}`),
      damaged: (what) => new InvalidDataError(`${this.#file}: ${where} ${what}; the file is damaged`),
      tensor: ({ tensor }): Constant => {
        if (tensor === undefined) throw new InvalidDataError(`${this.#file}: ${where} has no value; the file is damaged`)
        return this.#constant({ ...tensor, name: tensor.name || (node.outputs[0] ?? '') }, where)
      },
    }
    const isConstant = inputs.every((value) => value === undefined || value.kind === 'constant')
    const operator = (isConstant ? constants : rows).get(name)
    if (operator !== undefined) return this.#checked(operator(view), view)
    const error = view.unsupported(`is not read: ${read}`)
    this.#missing.add(error)
    throw error
  }

  /** Many dimensions make each further step slow. */
  #checked(computed: Value | Value[], { unsupported }: NodeView): Value | Value[] {
    for (const value of [computed].flat())
      if (value.kind !== 'unread' && (value.shape?.length ?? 0) > MAX_DIMENSIONS)
        throw unsupported(`gives what has ${value.shape?.length} dimensions; at most ${MAX_DIMENSIONS} are read`)
    return computed
  }

  /** A constant of the file; the same bytes may stand for many. */
  #constant(tensor: OnnxTensor, where: string): Constant {
    return constantOf(tensor, this.#files, this.#file, (numbers) => this.#spend(numbers, where))
  }

  #spend(numbers: number, where: string): void {
    if (Number.isNaN(numbers))
      throw new UnsupportedModelError(
        `${this.#file}: ${where} makes as many numbers as there are rows; here a network computes each row by itself`,
      )
    if (!Number.isSafeInteger(numbers) || numbers < 0 || numbers > this.#numbers)
      throw new UnsupportedModelError(`${this.#file}: ${where} makes constants far larger than the file`)
    this.#numbers -= numbers
  }

  /** The nodes of a function in the place of a call of it. */
  #call(made: OnnxFunction, node: OnnxNode, inputs: readonly (Value | undefined)[], caller: Scope): void {
    if (caller.depth >= DEEPEST) throw new UnsupportedModelError(`${this.#file}: ${whereOf(node)} calls functions deeper than ${DEEPEST}`)
    this.#spend(made.defaults.size, whereOf(node))
    const given = [...node.attributes.keys()].flatMap((key) => {
      const attribute = attributeOf(node, key, caller)
      return attribute ? [[key, attribute] as const] : []
    })
    const scope: Scope = {
      values: new Map(),
      constants: new Map(),
      versions: made.versions.size === 0 ? caller.versions : made.versions,
      attributes: new Map([...made.defaults, ...given]),
      depth: caller.depth + 1,
    }
    made.inputs.forEach((name, i) => {
      const value = inputs[i]
      if (value !== undefined) scope.values.set(name, value)
    })
    for (const inner of made.nodes) this.#evaluate(inner, scope)
    made.outputs.forEach((name, i) => {
      const output = node.outputs[i]
      if (output !== undefined && output !== '') caller.values.set(output, this.#valueOf(name, scope))
    })
  }
}

const keyOf = (domain: string, name: string, overload: string): string => JSON.stringify([domain, name, overload])

/** An attribute of a node, or of the call that it refers to. */
function attributeOf(node: OnnxNode, name: string, scope: Scope): OnnxAttribute | undefined {
  const own = node.attributes.get(name)
  if (own === undefined || own.reference === '') return own
  const referred = scope.attributes.get(own.reference)
  return referred && { ...referred, name }
}
