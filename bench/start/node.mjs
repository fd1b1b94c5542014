// One cold start in a process of its own; `workers` as its argument, or none. Prints milliseconds, of the clock and of processor time.
import { firstStep } from './first.mjs'

const [workers] = process.argv.slice(2)
const before = process.cpuUsage()
const milliseconds = await firstStep(workers === undefined ? undefined : Number(workers))
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ seconds: milliseconds / 1e3, cpuSeconds: (user + system) / 1e6 }))
