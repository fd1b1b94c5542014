import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RedisJournal } from 'espalier/node'
import { createClient } from 'redis'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { withoutSecrets } from '../../src/cli/output.ts'
import { describeWithRedis } from '../support/redis.ts'
import { run, STUDY, temporaryFolder } from './support.ts'

/** A password in a journal's address is shown nowhere. */

describe('a password', () => {
  it('is taken out of any text', () => {
    const secret = /s3cret/
    const texts = [
      'redis://user:s3cret@host:6379/0',
      'redis://:s3cret@host',
      'rediss://s3cret@host/1?prefix=a',
      'REDIS://u:s3cret@h',
      'redis:/u:s3cret@h',
      'redis:u:s3cret@h',
      'redis://u:s3c@s3cret@host',
      'redis://u:p/s3cret@host',
      'redis://u:p#s3cret@host',
      'postgres://u:s3cret@h/db',
      'http://u:s3cret@h/',
      '/home/ada/postgres:/u:s3cret@h/db',
      'espalier report redis://u:s3cret@h --name x',
      '"journal": "redis://u:s3cret@h"',
      'x=redis://u:s3cret@h,redis://u:s3cret@k',
    ]
    for (const text of texts) expect(withoutSecrets(text)).not.toMatch(secret)
    expect(withoutSecrets('espalier report redis://user:s3cret@host:6379/0 --name x')).toBe('espalier report redis://host:6379/0 --name x')
    for (const text of [
      'redis://user:password@host:port/database',
      'a@b.example',
      'see https://a.example/@user and x@y',
      'redis://host:6379/0',
      'C:\\a@b',
      '{"a":"http://a/b","c":"d@e"}',
    ])
      expect(withoutSecrets(text)).toBe(text)
  })

  it('is not told by what refuses its address', async () => {
    const folder = temporaryFolder()
    const addresses = [
      'redis://u:s3cret@127.0.0.1:1/abc',
      'redis://u:s3cret%@127.0.0.1:1/0',
      'redis://u:s3cret@127.0.0.1:99999',
      'redis://u:12/s3cret@h',

      'postgres://u:s3cret@h/db',
      'Redis://u:s3cret@h/x',
    ]
    const commandsOf = (address: string) => [
      ['best', address],
      ['report', address],
      ['worker', '--journal', address],
      ['study', 'study.yaml'],
      ['replay', 'pima', '--journal', address],
    ]
    for (const address of addresses) {
      writeFileSync(join(folder, 'study.yaml'), stringify({ ...STUDY, journal: address }))
      for (const args of address === addresses[0] ? commandsOf(address) : [['best', address]]) {
        const { code, stdout, stderr } = await run(args, folder)
        expect({ args, code }).toEqual({ args, code: 2 })
        expect(stderr).toMatch(/^error: /)
        expect(stdout + stderr).not.toMatch(/s3cret|fault of espalier/)
      }
    }
    expect(readdirSync(folder)).toEqual(['study.yaml'])
  })
})

describeWithRedis('a journal behind a password', (server) => {
  it('is worked on and reported without it being shown anywhere', async () => {
    const folder = temporaryFolder()
    const admin = createClient({ url: server().url })
    await admin.connect()
    await admin.aclSetUser('ada', ['on', '>s3cret/p@ss', '~*', '&*', '+@all'])
    const address = `${server().url.replace('redis://', `redis://ada:${encodeURIComponent('s3cret/p@ss')}@`)}/0?prefix=own`
    const tellsNothing = /s3cret|p%40ss|p@ss|ada/
    writeFileSync(join(folder, 'study.yaml'), stringify(STUDY))
    for (const args of [
      ['study', 'study.yaml', '--journal', address],
      ['worker', '--journal', address],
      ['best', address],
      ['export', address],
      ['report', address],
    ]) {
      const { code, stdout, stderr } = await run(args, folder)
      expect({ args, code }).toEqual({ args, code: 0 })
      expect(stdout + stderr).not.toMatch(tellsNothing)
    }
    expect(readdirSync(folder).sort()).toEqual(['first-study-data', 'first-study.html', 'first-study.md', 'study.yaml'])
    for (const name of ['first-study.html', 'first-study.md']) {
      const text = readFileSync(join(folder, name), 'utf8')
      // In quotation marks, as a question mark acts in a shell.
      expect(text.replaceAll('&quot;', '"')).toContain(`espalier report "${server().url}/0?prefix=own"`.replace(/_/g, '\\_'))
      expect(text).not.toMatch(tellsNothing)
    }
    const keys = await admin.keys('*')
    const kept = await Promise.all(keys.filter((key) => key.includes(':log:')).map((key) => admin.get(key)))
    expect(kept.length).toBeGreaterThan(5)
    expect(kept.join()).not.toMatch(tellsNothing)
    const wrong = await run(['best', address.replace('s3cret', 'wr0ng')], folder)
    expect(wrong.stderr).toMatch(/^error: redis:\/\/127\.0\.0\.1:\d+\/0\S*: /)
    expect(wrong.stderr).not.toMatch(/wr0ng|ada/)
    admin.destroy()
    const journal = new RedisJournal(address)
    expect(journal.description).not.toMatch(tellsNothing)
    await journal.close()
  })
})
