// Relaxed SIMD: whether the host has it, and compiling what has it.

/**
 * (func (export "f") (param f32 f32 f32) (result f32): lane 0 of f32x4.relaxed_madd of the three, splat). Its operands are parameters, so that no compiler
 * works it out beforehand.
 */
export const RELAXED_MADD = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7d, 0x7d, 0x7d, 0x01, 0x7d], // its type
  ...[0x03, 0x02, 0x01, 0x00, 0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00], // a function of it, exported
  ...[0x0a, 0x16, 0x01, 0x14, 0x00, 0x20, 0x00, 0xfd, 0x13, 0x20, 0x01, 0xfd, 0x13, 0x20, 0x02, 0xfd, 0x13], // local.get and f32x4.splat, of each
  ...[0xfd, 0x85, 0x02, 0xfd, 0x1f, 0x00, 0x0b], // f32x4.relaxed_madd, f32x4.extract_lane 0, end
)

const isOn = (): boolean => WebAssembly.validate(RELAXED_MADD)

/** Node's `v8` where relaxed SIMD is behind a flag: in Node 20, whose V8 is 11.3. V8 11.4 (Node 21) has it without. */
function flagged(): typeof import('node:v8') | undefined {
  const { process } = globalThis
  return process?.versions?.v8?.startsWith('11.3.') && !isOn() ? process.getBuiltinModule('node:v8') : undefined
}

/**
 * Does something that is over when it returns with the flag set, where there is one. Only then: a worker that starts while a process has other flags than it was
 * started with cannot use V8's cache of Node's own scripts, which takes 60 ms of processor time in place of 30. What was compiled runs without the flag, in workers too.
 * Delete this when Node 20 is no longer supported.
 */
function withRelaxedSimd<T>(now: () => T): T {
  const v8 = flagged()
  if (v8 === undefined) return now()
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
  try {
    return now()
  } finally {
    v8.setFlagsFromString('--no-experimental-wasm-relaxed-simd')
  }
}

/** Whether bytes are a module that runs here. */
export const isModule = (bytes: BufferSource): boolean => withRelaxedSimd(() => WebAssembly.validate(bytes))

export const hasRelaxedSimd = (): boolean => withRelaxedSimd(isOn)

/** Node 20 compiles at once: in a millisecond, for V8 compiles functions as they are called. */
export const compileWithRelaxedSimd = (bytes: BufferSource): Promise<WebAssembly.Module> =>
  flagged() ? new Promise((resolve) => resolve(withRelaxedSimd(() => new WebAssembly.Module(bytes)))) : WebAssembly.compile(bytes)
