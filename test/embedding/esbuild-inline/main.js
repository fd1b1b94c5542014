import { inlineWorker } from 'espalier/inline-worker'
import { train } from '../train.js'

globalThis.outcome = train({ workerFactory: inlineWorker })
