import { train } from '../train.js'

// Deno and Bun have the web's workers as well.
const workerFactory = () => new Worker(import.meta.resolve('espalier/worker'), { type: 'module' })

console.log(JSON.stringify(await train({ workerFactory, threads: 2 })))
