/** Writes WebAssembly: the few instructions that made kernels consist of, and the module around one function of them. */

/** Leaves one value on the stack. */
export type Value = (to: Code) => void

export const I32 = 0x7f
export const F32 = 0x7d
export const F64 = 0x7c
export const V128 = 0x7b
export type Type = typeof I32 | typeof F32 | typeof F64 | typeof V128

/** LEB128, of a whole number that is not negative. */
function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  return [...bytes, rest]
}

/** LEB128, of 32 bits. */
function signed(value: number): number[] {
  const bytes: number[] = []
  let rest = value | 0
  for (; rest < -0x40 || rest >= 0x40; rest >>= 7) bytes.push((rest & 0x7f) | 0x80)
  return [...bytes, rest & 0x7f]
}

const floatBytes = (value: number): Uint8Array => new Uint8Array(Float32Array.of(value).buffer)

/** The body of a function: its instructions, and its locals beyond the parameters. */
export class Code {
  readonly #bytes: number[] = []
  readonly #locals: Type[] = []
  readonly #parameters: number

  constructor(parameters: number) {
    this.#parameters = parameters
  }

  emit(...bytes: readonly number[]): void {
    for (const byte of bytes) this.#bytes.push(byte)
  }

  /** An instruction of vectors. */
  vector(opcode: number, ...immediate: readonly number[]): void {
    this.emit(0xfd, ...unsigned(opcode), ...immediate)
  }

  put(...values: readonly Value[]): void {
    for (const value of values) value(this)
  }

  /** A new local. */
  local(type: Type): Local {
    this.#locals.push(type)
    return new Local(this.#parameters + this.#locals.length - 1)
  }

  /** A value in a new local. */
  keep(value: Value, type: Type = V128): Local {
    const local = this.local(type)
    this.set(local, value)
    return local
  }

  set({ index }: Local, value: Value): void {
    this.put(value)
    this.emit(0x21, ...unsigned(index))
  }

  /** Stores at an address and an offset from it. */
  store(at: Value, value: Value, offset = 0): void {
    this.put(at, value)
    this.vector(0x0b, 2, ...unsigned(offset))
  }

  /** Stores a number of 32 bits, or one lane of a vector. */
  storeWord(at: Value, value: Value, offset = 0): void {
    this.put(at, value)
    this.emit(0x38, 2, ...unsigned(offset))
  }

  storeLane(at: Value, value: Value, lane: number, offset: number): void {
    this.put(at, value)
    this.vector(0x5a, 2, ...unsigned(offset), lane)
  }

  /** The body again and again while `goesOn`, once at least. */
  loop(body: () => void, goesOn: Value): void {
    this.emit(0x03, 0x40)
    body()
    this.put(goesOn)
    this.emit(0x0d, 0, 0x0b)
  }

  when(condition: Value, then: () => void, otherwise: () => void): void {
    this.put(condition)
    this.emit(0x04, 0x40)
    then()
    this.emit(0x05)
    otherwise()
    this.emit(0x0b)
  }

  /** The function's body as the module has it. */
  finish(): number[] {
    const locals = [...unsigned(this.#locals.length), ...this.#locals.flatMap((type) => [1, type])]
    return [...locals, ...this.#bytes, 0x0b]
  }
}

/** A local variable. */
export class Local {
  readonly index: number
  /** Its value. */
  readonly get: Value

  constructor(index: number) {
    this.index = index
    this.get = (to) => to.emit(0x20, ...unsigned(index))
  }
}

const simple =
  (opcode: number) =>
  (...operands: readonly Value[]): Value =>
  (to) => {
    to.put(...operands)
    to.emit(opcode)
  }
const vector =
  (opcode: number) =>
  (...operands: readonly Value[]): Value =>
  (to) => {
    to.put(...operands)
    to.vector(opcode)
  }

export const i32 = {
  of:
    (value: number): Value =>
    (to) =>
      to.emit(0x41, ...signed(value)),
  load:
    (at: Value, offset = 0): Value =>
    (to) => {
      to.put(at)
      to.emit(0x28, 2, ...unsigned(offset))
    },
  add: simple(0x6a),
  mul: simple(0x6c),
  shl: simple(0x74),
  lessThan: simple(0x49),
  isZero: simple(0x45),
  ones: simple(0x69),
}
export const f32 = {
  load:
    (at: Value, offset = 0): Value =>
    (to) => {
      to.put(at)
      to.emit(0x2a, 2, ...unsigned(offset))
    },
  add: simple(0x92),
  minusZero: ((to) => to.emit(0x43, 0, 0, 0, 0x80)) as Value,
}
export const f64 = { add: simple(0xa0), ofSingle: simple(0xbb), zero: ((to) => to.emit(0x44, 0, 0, 0, 0, 0, 0, 0, 0)) as Value }

export const v = {
  load:
    (at: Value, offset = 0): Value =>
    (to) => {
      to.put(at)
      to.vector(0, 2, ...unsigned(offset))
    },
  loadSplat:
    (at: Value, offset = 0): Value =>
    (to) => {
      to.put(at)
      to.vector(9, 2, ...unsigned(offset))
    },
  /** One number into a lane of a vector. */
  loadLane:
    (at: Value, offset: number, into: Value, lane: number): Value =>
    (to) => {
      to.put(at, into)
      to.vector(0x56, 2, ...unsigned(offset), lane)
    },
  loadFirst:
    (at: Value, offset: number): Value =>
    (to) => {
      to.put(at)
      to.vector(0x5c, 2, ...unsigned(offset))
    },
  of: (value: number): Value => {
    const bytes = floatBytes(value)
    return (to) => to.vector(0x0c, ...bytes, ...bytes, ...bytes, ...bytes)
  },
  ofBits: (lanes: Int32Array<ArrayBuffer>): Value => {
    const bytes = new Uint8Array(lanes.buffer)
    return (to) => to.vector(0x0c, ...bytes)
  },
  ofWord: (word: number): Value => v.ofBits(new Int32Array(4).fill(word)),
  /** Lanes 0 to 3 are those of a, 4 to 7 those of b. */
  shuffle:
    (a: Value, b: Value, ...lanes: readonly number[]): Value =>
    (to) => {
      to.put(a, b)
      to.vector(0x0d, ...lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]))
    },
  lane:
    (value: Value, lane: number): Value =>
    (to) => {
      to.put(value)
      to.vector(0x1f, lane)
    },
  eq: vector(0x41),
  lt: vector(0x43),
  gt: vector(0x44),
  le: vector(0x45),
  ge: vector(0x46),
  and: vector(0x4e),
  andNot: vector(0x4f),
  or: vector(0x50),
  xor: vector(0x51),
  /** Bits of the first where those of the third are 1. */
  select: vector(0x52),
  allTrue: vector(0xa3),
  bitmask: vector(0xa4),
  shiftLeft: vector(0xab),
  shiftRight: vector(0xac),
  addWords: vector(0xae),
  subWords: vector(0xb1),
  ofWords: vector(0xfa),
  abs: vector(0xe0),
  neg: vector(0xe1),
  add: vector(0xe4),
  sub: vector(0xe5),
  mul: vector(0xe6),
  div: vector(0xe7),
  pmin: vector(0xea),
  pmax: vector(0xeb),
  relaxedMadd: vector(0x105),
}

const section = (id: number, ...content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content]
const text = (name: string): number[] => [name.length, ...new TextEncoder().encode(name)]
const signature = (parameters: readonly Type[], result: Type): number[] => [0x60, parameters.length, ...parameters, 1, result]

/** A module of functions of one signature, exported by their names, which imports a memory and another function. */
export function moduleOf(
  parameters: readonly Type[],
  imported: readonly Type[],
  functions: Readonly<Record<string, Code>>,
): Uint8Array<ArrayBuffer> {
  const names = Object.keys(functions)
  const bodies = Object.values(functions).map((code) => code.finish())
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 2, ...signature(imported, I32), ...signature(parameters, I32)),
    ...section(2, 2, ...text('main'), ...text('memory'), 2, 0, 1, ...text('main'), ...text('end_step'), 0, 0),
    ...section(3, names.length, ...names.map(() => 1)),
    ...section(7, names.length, ...names.flatMap((name, i) => [...text(name), 0, 1 + i])),
    ...section(10, bodies.length, ...bodies.flatMap((body) => [...unsigned(body.length), ...body])),
  )
}
