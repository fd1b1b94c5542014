import { train } from '../train.js'

globalThis.outcome = train(crossOriginIsolated ? { threads: 2 } : {})
