import { train } from '/train.js'

globalThis.outcome = train()
