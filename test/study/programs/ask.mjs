// node ask.mjs <journal> <lock> <trials> <sampler>: asks and tells so many trials, one after the other; a path, or redis://host:port?prefix=p. The
// value of a trial is its x, so that one that was told of another trial can be seen. It waits for a line on stdin, as several begin together.
import { once } from 'node:events'
import { createStudy, float } from 'espalier'
import { FileJournal, RedisJournal } from 'espalier/node'

const [, , where = '', lock = 'symlink', trials = '1', sampler = 'random'] = process.argv
const [url = '', prefix = ''] = where.split('?prefix=')
const journal = where.startsWith('redis:')
  ? new RedisJournal(url, { prefix })
  : new FileJournal(where, { lock: /** @type {'open'} */ (lock) })
console.log('ready')
await once(process.stdin, 'data')
process.stdin.destroy()
const study = await createStudy({
  space: { x: float(0, 1) },
  objective: 'minimize',
  sampler: /** @type {'random'} */ (sampler),
  seed: 1,
  journal,
})
for (let i = 0; i < Number(trials); i++) {
  const [trial] = await study.ask()
  if (trial === undefined) throw new Error('nothing was given')
  await study.report(trial.number, 1, Number(trial.params.x))
  await study.tell(trial.number, Number(trial.params.x))
  console.log(trial.number)
}
await journal.close()
