import { train } from '../train.js'

const workerFactory = () => new Worker(new URL('./training.js', import.meta.url), { type: 'module' })

globalThis.outcome = train({ workerFactory, threads: 2 })
