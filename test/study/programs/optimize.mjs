// node optimize.mjs <journal> <trials> <milliseconds>: searches until there are so many trials, each of which takes so long and has its x as value.
import { createStudy, float } from 'espalier'
import { FileJournal } from 'espalier/node'

const [, , path = '', trials = '1', milliseconds = '0'] = process.argv
const journal = new FileJournal(path, { gracePeriod: 0.5 })
const study = await createStudy({ space: { x: float(0, 1) }, objective: 'minimize', sampler: 'random', seed: 1, batchSize: 4, journal })
const value = async (/** @type {{ readonly x?: unknown }} */ { x }) => {
  console.log('called')
  await new Promise((resolve) => setTimeout(resolve, Number(milliseconds)))
  return Number(x)
}
for await (const event of study.optimize(value, { budget: { trials: Number(trials) } })) if (event.type === 'end') console.log(event.reason)
await journal.close()
