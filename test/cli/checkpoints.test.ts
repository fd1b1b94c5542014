import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileCheckpoints } from 'espalier/node'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { run, STUDY, temporaryFolder } from './support.ts'

/** The checkpoints of a study, beside its journal. */

describe('checkpoints that nobody goes on from', () => {
  it('are dropped as a study begins and ends, and those of others left', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'own.journal')
    writeFileSync(join(folder, 'study.yaml'), stringify({ ...STUDY, name: 'own', journal: 'own.journal' }))
    const store = new FileCheckpoints(path)
    const left = 'own-1.safetensors.00000000-0000-0000-0000-000000000000.tmp'
    const others = ['other-1', 'own-x', 'own']
    const orphan = async (...keys: string[]) => {
      for (const key of keys) await store.save(key, [])
      writeFileSync(join(`${path}.checkpoints`, left), 'half')
    }
    // Of a journal that was deleted: the new trials of these numbers must not go on from them.
    await orphan('own-0', 'own-99', ...others)
    const first = await run(['study', 'study.yaml', '--workers', '0'], folder)
    expect(first).toMatchObject({ code: 0 })
    expect((await store.keys()).sort()).toEqual([...others].sort())
    // Of trials that have ended since.
    await orphan('own-0', 'own-2')
    const again = await run(['study', 'study.yaml', '--workers', '0'], folder)
    expect(again.stdout).toBe(first.stdout)
    expect((await store.keys()).sort()).toEqual([...others].sort())
    expect(readdirSync(`${path}.checkpoints`)).not.toContain(left)
  })
})
