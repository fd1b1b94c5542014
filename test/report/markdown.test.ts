import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { blocks, hostileReport, sampleReport, unmeasured } from '../support/report.ts'

const text = renderMarkdown(sampleReport, { dataFolder: 'pima data/' })
const lines = text.split('\n')

describe('the Markdown of a report', () => {
  it('has its headings, its facts, and every caption with a link to the numbers', () => {
    expect(lines.filter((line) => line.startsWith('#'))).toEqual([
      '# Two published studies, replayed',
      ...sampleReport.sections.map(({ title }) => `## ${title}`),
    ])
    expect(lines).toContain('- Seeds: 5, from 7')
    for (const { name } of blocks) expect(text).toContain(`Numbers: [${name}.csv](pima%20data/${name}.csv)`)
  })

  it('has tables whose rows are as long as their heads', () => {
    const tables = text
      .trimEnd()
      .split('\n\n')
      .filter((part) => part.startsWith('|'))
    expect(tables).toHaveLength(blocks.length - 1)
    for (const table of tables) {
      const columns = table.split('\n').map((row) => row.match(/(?<!\\)\|/g)?.length)
      expect(new Set(columns).size).toBe(1)
      expect(table.split('\n')[1]).toMatch(/^\| (---:?( \| )?)+ \|$/)
    }
  })

  it('writes numbers with their intervals, winners bold, published ones in italics', () => {
    expect(text).toMatch(/\| \*\*\w+\*\* \| \*0\.8\d\d\* \| \*\*0\.8\d\d \\\[0\.8\d\d, 0\.8\d\d\\\]\*\* \|/)
    expect(text).toMatch(/\| ones \| \*0\.100\* \| – \| 14\.506 \| 30\.2 \| 12 \| – \|/)
  })

  it('ends curves where they end, and lists the ten best of many configurations', () => {
    expect(text).toMatch(/\| series \| last epoch \| test accuracy \|\n\| --- \| ---: \| ---: \|\n\| randomNormal \| 20 \| 0\.\d{3} /)
    expect(text).toMatch(
      /\| best 10 of 60 \| units \| learningRate \| activation \| dropout \| test loss \|\n\|[^\n]+\n(\| trial \d+ [^\n]+\n){10}\n/,
    )
  })

  it('tells each claim with its verdict', () => {
    expect(text).toContain('- **A5: not reproduced.** Batches below 128 bring no improvement.')
    expect(text).toContain('\n  - Test: paired t-test against 128, one-sided, at 0.05; p \\< 0.0001\n')
  })

  it('leaves no text the power to be more than text', () => {
    const hostile = renderMarkdown(hostileReport)
    expect(hostile).not.toMatch(/(?<!\\)<|(?<!\\)`|(?<!\\)\$|\[a\]/)
    expect(hostile.split('\n').filter((line) => line.startsWith('next'))).toEqual([])
    const tables = hostile
      .trimEnd()
      .split('\n\n')
      .filter((part) => part.startsWith('|'))
    for (const table of tables) expect(new Set(table.split('\n').map((row) => row.match(/(?<!\\)\|/g)?.length)).size).toBe(1)
    const list = { ...sampleReport, title: '- a', sections: [{ title: '1. b', paragraphs: ['+ c', '2) d', '-5 is a number'], blocks: [] }] }
    expect(renderMarkdown(list)).toContain('# \\- a\n')
    expect(renderMarkdown(list)).toContain('## 1\\. b\n\n\\+ c\n\n2\\) d\n\n-5 is a number\n')
  })

  it('says where nothing was measured', () => {
    const empty = renderMarkdown({ ...sampleReport, sections: [{ title: '', paragraphs: [], blocks: unmeasured }] })
    expect(empty).not.toMatch(/NaN|undefined|Infinity/)
    expect(empty).toContain('Nothing was measured.')
    expect(empty).toContain('No claim was judged.')
  })
})
