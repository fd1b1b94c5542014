import { inlineWorker } from 'espalier/inline-worker'
import { train } from '../train.js'

console.log(JSON.stringify(await train({ workerFactory: inlineWorker, threads: 2 })))
