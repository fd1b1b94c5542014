import { describe, expect, it } from 'vitest'
import { createSvgDocument } from '../../src/report/charts/svgDocument.ts'
import { renderHtml } from '../../src/report/html.ts'
import type { Block } from '../../src/report/model.ts'
import { calibrationBlocks } from '../../src/report/network/calibration.ts'
import { confusionBlocks } from '../../src/report/network/confusion.ts'
import type { Predictions } from '../../src/report/network/predictions.ts'

const of = <Kind extends Block['kind']>(blocks: readonly Block[], kind: Kind): Extract<Block, { kind: Kind }> => {
  const found = blocks.find((block) => block.kind === kind)
  if (found === undefined) throw new Error(`there is no ${kind}`)
  return found as Extract<Block, { kind: Kind }>
}

const binary: Predictions = {
  ...{ task: 'binary', rows: 6, classNames: ['no', 'yes'], targetNames: ['class'] },
  outputs: Float32Array.of(0.125, 0.125, 0.5, 0.75, 0.75, 1),
  targets: [0, 1, 1, 0, 1, 1],
}

describe('a confusion matrix', () => {
  it('counts what is said of each class: 0.5 is a no', () => {
    const blocks = confusionBlocks(binary)
    expect(of(blocks, 'heatmap')).toMatchObject({
      rows: ['no', 'yes'],
      cells: [
        [1 / 2, 1 / 2],
        [1 / 2, 1 / 2],
      ],
      caption: expect.stringContaining('Of the 6 test rows 3 are predicted right (50.0 %)'),
    })
    expect(of(blocks, 'table').rows).toEqual([
      ['no', 2, 3, 1, 1 / 3, 1 / 2, 2 / 5],
      ['yes', 4, 3, 2, 2 / 3, 1 / 2, 4 / 7],
    ])
  })

  it('of several classes takes the largest output; a class without rows was not measured', () => {
    const blocks = confusionBlocks({
      ...{ task: 'multiclass', rows: 3, classNames: ['a', 'b', 'c'], targetNames: ['class'], targets: Int32Array.of(0, 1, 1) },
      outputs: Float32Array.of(0.5, 0.25, 0.25, 0.125, 0.75, 0.125, 0.5, 0.25, 0.25),
    })
    expect(of(blocks, 'heatmap').cells).toEqual([
      [1, 0, 0],
      [0.5, 0.5, 0],
      [Number.NaN, Number.NaN, Number.NaN],
    ])
  })
})

describe('a calibration', () => {
  it('compares the probabilities given with how often they came true, with intervals', () => {
    const [first, second] = of(calibrationBlocks(binary), 'lineChart').series
    expect(first?.points.map(({ x, mean }) => [x, mean])).toEqual([
      [0.125, 0.5],
      [0.5, 1],
      [0.75, 0.5],
      [1, 1],
    ])
    // Wilson's formula for 1 of 2: (1/2 + z²/4) / (1 + z²/2) = 1/2, plus or minus z √(1/8 + z²/16) / (1 + z²/2) = 0.405469.
    expect(first?.points[0]?.low).toBeCloseTo(0.094531, 6)
    expect(first?.points[0]?.high).toBeCloseTo(0.905469, 6)
    expect(second).toMatchObject({ name: 'perfect', dashed: true })
    // (2 x 0.375 + 0.5 + 2 x 0.25 + 0) / 6
    expect(of(calibrationBlocks(binary), 'lineChart').caption).toContain('0.292 (expected calibration error)')
  })

  it('of numbers is what is said against what is so', () => {
    const block = of(
      calibrationBlocks({
        ...{ task: 'regression', rows: 3, classNames: [], targetNames: ['price'] },
        outputs: Float32Array.of(1, 2, 4),
        targets: Float32Array.of(1, 2, 3),
      }),
      'scatter',
    )
    expect(block.caption).toContain('Root mean squared error 0.5774, R² 0.500')
    expect(block.points).toHaveLength(3)
    expect(confusionBlocks({ ...binary, task: 'regression' })).toEqual([])
  })

  it('is drawn in the style of the reports', () => {
    const blocks = [...confusionBlocks(binary), ...calibrationBlocks(binary)]
    const report = { title: 'Network', subtitle: '', facts: [], sections: [{ title: 'Best', paragraphs: [], blocks }] }
    const html = renderHtml(report, { document: createSvgDocument() })
    expect(html.match(/<svg class="chart"/g)).toHaveLength(4)
    expect(html).toContain('part that came true')
    expect(html).toContain('50.0 %')
  })
})
