// Runs modules in this process, one after the other, each as if it were the program: with arguments, folder and output of its own.
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const output = { stdout: '', stderr: '' }
for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
  /** @type {(chunk: string | Uint8Array, ...rest: unknown[]) => boolean} */
  process[name].write = (chunk, ...rest) => {
    output[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    const done = rest.at(-1)
    if (typeof done === 'function') process.nextTick(done)
    return true
  }
}
// Whatever ends this process before its time, its last words are told.
process.on('exit', () => {
  writeSync(1, output.stdout)
  writeSync(2, output.stderr)
})
process.on('disconnect', () => process.exit())

/** Whom a program may leave listening, for its process ends with it. */
const emitters = [process, process.stdout, process.stderr]

/** What keeps this process alive beyond `before`. @param {readonly string[]} before */
function leftOpen(before) {
  const rest = [...before]
  return process.getActiveResourcesInfo().filter((name) => {
    const known = rest.indexOf(name)
    if (known >= 0) rest.splice(known, 1)
    return known < 0
  })
}

let count = 0

/**
 * @param {{ file: string, args: readonly string[], cwd: string, patience: number }} program `patience` is how long it may take to end once its module has, in
 *   milliseconds
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} `code` is null for one that would never end
 */
async function run({ file, args, cwd, patience }) {
  Object.assign(output, { stdout: '', stderr: '' })
  process.argv = [process.execPath, file, ...args]
  process.chdir(cwd)
  process.exitCode = undefined
  const before = process.getActiveResourcesInfo()
  const listeners = emitters.map((emitter) => emitter.eventNames().map((name) => ({ name, own: emitter.rawListeners(name) })))
  try {
    count += 1
    // Another address is another module; what it imports is there already.
    await import(`${pathToFileURL(file).href}?${count}`)
  } catch (error) {
    output.stderr += error instanceof Error ? error.stack : error
    process.exitCode = 1
  }
  const started = performance.now()
  while (leftOpen(before).length > 0 && performance.now() - started < patience) await sleep(2)
  const open = leftOpen(before)
  for (const [i, emitter] of emitters.entries()) {
    for (const name of emitter.eventNames()) {
      const own = listeners[i]?.find((one) => one.name === name)?.own ?? []
      for (const listener of emitter.rawListeners(name))
        if (!own.includes(listener)) emitter.off(String(name), /** @type {() => void} */ (listener))
    }
  }
  const code = open.length === 0 ? Number(process.exitCode ?? 0) : null
  process.exitCode = undefined
  const { stdout, stderr } = output
  Object.assign(output, { stdout: '', stderr: '' })
  return { code, stdout, stderr: open.length === 0 ? stderr : `${stderr}it would not end: ${open.join(', ')} left open\n` }
}

process.on('message', (/** @type {Parameters<typeof run>[0]} */ program) => void run(program).then((result) => process.send?.(result)))
