import * as api from 'espalier'
import * as replicate from 'espalier/replicate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawFrom } from '../support/random.ts'
import { FUNCTIONS, LEFT_OUT, METHODS, type Shared } from './functions.ts'
import { NONSENSE } from './nonsense.ts'

/** Whatever a public function is called with, it answers, or it refuses by an error of the package's own: no TypeError from inside. */

const exported = { ...api, ...replicate }

const isErrorClass = (value: unknown): boolean => typeof value === 'function' && value.prototype instanceof Error

/** A call's error, if any; none is worse than the others for being late. */
async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return error ?? new Error('nothing was thrown')
  }
}

interface Change {
  readonly what: string
  readonly args: readonly unknown[]
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Each argument, and each field of an argument and of its fields, by each nonsense. */
function* changes(right: readonly unknown[]): Generator<Change> {
  for (const [kind, make] of Object.entries(NONSENSE)) {
    for (const [i, argument] of right.entries()) {
      yield { what: `argument ${i} is ${kind}`, args: right.with(i, make()) }
      yield* fieldChanges(argument, kind, make, `argument ${i}`, (changed) => right.with(i, changed))
    }
  }
}

function* fieldChanges(
  value: unknown,
  kind: string,
  make: () => unknown,
  where: string,
  wrap: (value: unknown) => readonly unknown[],
  depth = 0,
): Generator<Change> {
  if (!isPlain(value) || depth > 1) return
  for (const [name, inner] of Object.entries(value)) {
    yield { what: `${where}.${name} is ${kind}`, args: wrap({ ...value, [name]: make() }) }
    yield* fieldChanges(inner, kind, make, `${where}.${name}`, (changed) => wrap({ ...value, [name]: changed }), depth + 1)
  }
}

/** Several at once, by a fixed seed. */
function* mixtures(right: readonly unknown[], count: number, seed: number): Generator<Change> {
  const draw = drawFrom(seed)
  const kinds = Object.keys(NONSENSE)
  for (let n = 0; n < count; n++) {
    const taken = right.map(() => (draw.uniform() < 0.6 ? kinds[draw.index(kinds.length)] : undefined))
    const args = right.map((argument, i) => (taken[i] === undefined ? argument : NONSENSE[taken[i]]?.()))
    yield { what: `arguments are ${taken.map((kind) => kind ?? 'right').join(', ')}`, args }
  }
}

/** The complaints of all calls: those that were refused by an error of another kind. */
async function complaints(call: (args: readonly unknown[]) => unknown, right: () => readonly unknown[]): Promise<string[]> {
  const found: string[] = []
  const length = right().length
  const fewer = Array.from({ length }, (_, count): Change => ({ what: `only ${count} arguments`, args: right().slice(0, count) }))
  for (const { what, args } of [...fewer, ...changes(right()), ...mixtures(right(), 40, 7)]) {
    const error = await errorOf(() => call(args))
    if (error === undefined || error instanceof api.EspalierError) continue
    found.push(`${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`)
  }
  return found
}

describe('misuse', () => {
  let shared: Shared

  beforeAll(async () => {
    const backend = await api.openBackend({ prefer: 'wasm', workers: 0 })
    const data = api.fromArrays({
      features: [
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      targets: [0, 1, 1],
      task: 'binary',
    })
    const network = { inputSize: 2, loss: 'binaryCrossentropy' as const, layers: [{ units: 1, activation: 'sigmoid' as const }] }
    shared = { backend, result: await api.fit(backend, { network }, { train: data }) }
  })
  afterAll(() => shared.backend.dispose())

  const functions = Object.entries(exported).filter(([, value]) => typeof value === 'function' && !isErrorClass(value))

  it('knows right arguments of every public function', () => {
    expect([...Object.keys(FUNCTIONS), ...Object.values(LEFT_OUT).flat()].sort()).toEqual(functions.map(([name]) => name).sort())
  })

  it.each(Object.keys(FUNCTIONS))('%s refuses by errors of its own', async (name) => {
    const make = FUNCTIONS[name]
    const value = (exported as Record<string, unknown>)[name]
    if (make === undefined || typeof value !== 'function') throw new Error(`${name} is no function`)
    const call = /^[A-Z]/.test(name)
      ? (args: readonly unknown[]) => Reflect.construct(value, args)
      : async (args: readonly unknown[]) => {
          const answer = await Reflect.apply(value, undefined, args)
          // Backends that nonsense happened to open are closed again.
          if (name === 'openBackend') await (answer as api.Backend).dispose()
        }
    expect(await complaints(call, () => make(shared))).toEqual([])
  })

  it.each(Object.keys(METHODS))('%s refuses by errors of its own', async (name) => {
    const method = METHODS[name]
    if (method === undefined) throw new Error(`${name} is no method`)
    const key = name.split('.')[1] ?? ''
    const call = async (args: readonly unknown[]) => {
      const owner = (await method.of(shared)) as Record<string, unknown>
      return Reflect.apply(owner[key] as (...args: unknown[]) => unknown, owner, [...args])
    }
    expect(await complaints(call, () => method.with(shared))).toEqual([])
  })
})
