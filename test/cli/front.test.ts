import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createStudy, float } from 'espalier'
import { FileJournal } from 'espalier/node'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { root, run, temporaryFolder } from './support.ts'

/** What the command line says of several objectives, of outcome constraints, of names and of Infinity. */

interface Golden {
  readonly cases: readonly { readonly study: string; readonly best: number | null; readonly front: readonly number[] }[]
}
const golden = JSON.parse(readFileSync(join(root, 'test/golden/optuna-constraints.json'), 'utf8')) as Golden

/** A journal that Optuna wrote; the command line keeps what belongs to it beside it. */
function optunaJournal(): string {
  const path = join(temporaryFolder(), 'optuna.journal')
  cpSync(join(root, 'test/golden/optuna-constraints.journal'), path)
  return path
}

describe('espalier best', () => {
  it.each(golden.cases)('names what Optuna names, and no trial that breaks a constraint: $study', async ({ study, best, front }) => {
    const path = optunaJournal()
    const json = JSON.parse((await run(['best', path, '--name', study, '--json'])).stdout) as {
      number: number
      front?: { number: number }[]
    }
    const { stdout, code } = await run(['best', path, '--name', study])
    expect(code).toBe(0)
    if (best !== null) {
      expect(json.number).toBe(best)
      expect(json.front).toBeUndefined()
      expect(stdout).toContain(`trial ${best}\n`)
      expect(stdout).not.toContain('Front')
      return
    }
    expect(json.front?.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(front)
    expect(stdout).toContain(`Front: ${front.length} trial`)
    const rows = [...stdout.matchAll(/^│ +(\d+) │/gm)].map((match) => Number(match[1]))
    expect(rows).toEqual(json.front?.map(({ number }) => number))
  })

  it('says that no trial meets the constraints, and leaves them out of importances', async () => {
    const path = join(temporaryFolder(), 'broken.journal')
    const journal = new FileJournal(path)
    const study = await createStudy({ space: { 'model.lr': float(0, 1), constructor: float(0, 1) }, objective: 'minimize', journal })
    const objective = async (params: Readonly<Record<string, unknown>>, { number }: { readonly number: number }) => {
      await study.setConstraint(number, 'memory', 1)
      return Number(params['model.lr'])
    }
    for await (const _ of study.optimize(objective, { budget: { trials: 4 } }));
    const best = await run(['best', path])
    expect([best.code, best.stdout]).toEqual([1, 'None of the 4 complete trials meets its outcome constraints.\n'])
    expect((await run(['best', path, '--json'])).stdout).toBe('null\n')
    const importance = await run(['importance', path])
    expect(importance.stderr).toContain('0 complete trials have a finite value of objective 0 and meet their outcome constraints')
    for await (const _ of study.optimize((params) => (Number(params['model.lr']) < 0.4 ? Number.POSITIVE_INFINITY : 2), {
      budget: { trials: 30 },
    }));
    for await (const _ of study.optimize((params) => Number(params.constructor), { budget: { trials: 40 } }));
    await journal.close()
    expect((await run(['importance', path])).stdout).toMatch(
      /Of the complete ones 4 break outcome constraints and \d+ gave a value that is not finite: left out\./,
    )
    expect((await run(['importance', path])).stdout).toMatch(/constructor/)
    expect((await run(['export', path])).stdout).toMatch(/^number,state,value,model\.lr,constructor/)
  })

  it('shows a best value of Infinity as such', async () => {
    const path = join(temporaryFolder(), 'infinite.journal')
    const journal = new FileJournal(path)
    const study = await createStudy({ space: { x: float(0, 1) }, objective: 'minimize', journal })
    for await (const _ of study.optimize(() => Number.POSITIVE_INFINITY, { budget: { trials: 2 } }));
    await journal.close()
    expect((await run(['best', path])).stdout).toContain('Best: Infinity, trial 0')
    expect(JSON.parse((await run(['best', path, '--json'])).stdout)).toMatchObject({ state: 'complete', values: ['Infinity'] })
  })
})

describe('espalier study', () => {
  it('takes any names and outcome constraints from its file, and ends with the front', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'names.yaml')
    const space = {
      'model.units': { type: 'int', low: 2, high: 12 },
      'learning rate': { type: 'float', low: 0.001, high: 0.1, log: true },
      constructor: { type: 'categorical', choices: ['relu', 'tanh'] },
      größe: { type: 'int', low: 1, high: 2, when: 'model.units > 4' },
    }
    const file = {
      data: { source: 'pima', target: 'class', scaling: 'standardize' },
      space,
      constraints: ["model.units * params['learning rate'] < 1"],
      train: {
        network: {
          loss: 'binaryCrossentropy',
          layers: [
            { units: '$model.units', activation: '$constructor' },
            { units: '$größe', activation: 'relu', when: 'model.units > 4' },
            { units: 1, activation: 'sigmoid' },
          ],
        },
        optimizer: { name: 'adam', learningRate: "$params['learning rate']" },
        epochs: 2,
      },
      objective: ['testLoss', 'parameters'],
      outcomeConstraints: [{ metric: 'parameters', atMost: 60 }],
      sampler: 'random',
      budget: { trials: 12 },
    }
    // `__proto__` as YAML and JSON hold it, which no JavaScript literal does.
    writeFileSync(path, stringify(file).replace('space:\n', 'space:\n  __proto__: { type: float, low: 0, high: 1 }\n'))
    const { code, stdout, stderr } = await run(['study', path])
    expect([code, stderr]).toEqual([0, expect.stringContaining('Starting study')])
    expect(stdout).toMatch(/Of the complete ones \d+ breaks? outcome constraints: left out\./)
    expect(stdout).toMatch(/Front: \d+ trials? that no other/)
    expect(stdout).toMatch(/│ trial │ testLoss │ parameters │/)
    const journal = join(folder, 'names.journal')
    const exported = (await run(['export', journal])).stdout.split('\n')
    for (const name of ['__proto__', ...Object.keys(space)]) expect(exported[0]).toContain(name)
    const best = JSON.parse((await run(['best', journal, '--json'])).stdout) as { values: number[]; front: { values: number[] }[] }
    expect(best.values[1]).toBeLessThanOrEqual(60)
    for (const { values } of best.front) expect(values[1]).toBeLessThanOrEqual(60)
    expect((await run(['report', journal, '--out', join(folder, 'page.html')])).code).toBe(0)
    expect(readFileSync(join(folder, 'page.md'), 'utf8')).toMatch(/break outcome constraints|breaks outcome constraints/)
    expect((await run(['resume', journal, '--trials', '13'], folder)).code).toBe(0)
  })
})
