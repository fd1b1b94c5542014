import { expect, test } from 'vitest'
import { EspalierError } from '../../src/core/errors.ts'
import { BROKEN } from './broken.ts'
import { read } from './support.ts'

test.each(BROKEN)('$what', async ({ bytes, says, mend }) => {
  const answer = await read(bytes, { name: 'file.csv' }).catch((error: unknown) => error)
  if (answer instanceof Error) {
    expect(answer).toBeInstanceOf(EspalierError)
    expect(answer.message).toBe(says)
    return
  }
  expect(answer).toMatchObject({ problems: [{ message: says, ...(mend !== undefined && { mend }) }] })
})

test('there are twenty', () => expect(BROKEN).toHaveLength(20))
