import { type Dataset, describeDataset, type EncodedFeatures, encodeFeatures, type Table } from 'espalier'

/** Sliders and lists to make a row of: one for each column that the data set was encoded from. */
export function fillRowForm(form: HTMLFormElement, data: Dataset): void {
  const summaries = new Map(describeDataset(data).features.map((summary) => [summary.name, summary]))
  const fields = (data.encoding?.features ?? []).map((column) => {
    const label = document.createElement('label')
    label.append(column.name, ' ')
    if (column.kind === 'categorical') {
      const select = document.createElement('select')
      select.name = column.name
      select.append(...column.categories.map((category) => new Option(category)))
      label.append(select)
      return label
    }
    const { min = 0, max = 1, mean = 0 } = summaries.get(column.name) ?? {}
    const step = isWhole(data, column.name) ? 1 : (max - min) / 200 || 1
    const slider = Object.assign(document.createElement('input'), { type: 'range', name: column.name, min, max, step: String(step) })
    slider.value = String(mean)
    const value = document.createElement('output')
    const show = () => {
      value.value = String(Number(Number(slider.value).toPrecision(3)))
    }
    slider.addEventListener('input', show)
    show()
    label.append(value, slider)
    return label
  })
  form.replaceChildren(...fields)
}

/** What the form says, encoded as the data set was. */
export function readRowForm(form: HTMLFormElement, { encoding }: Dataset): EncodedFeatures {
  const columns = [...new FormData(form)].map(([name, value]) => ({ name, cells: [String(value)] }))
  const table: Table = { columns, lines: [1] }
  return encodeFeatures(table, encoding ?? { features: [] })
}

function isWhole({ features, featureNames, inputSize }: Dataset, name: string): boolean {
  const column = featureNames.indexOf(name)
  return features.every((value, i) => i % inputSize !== column || Number.isInteger(value))
}

/** A bar for each class. */
export function showPrediction(element: HTMLElement, { classNames, task }: Dataset, outputs: Float32Array): void {
  const [second = 0] = outputs
  const parts = task === 'binary' ? [1 - second, second] : [...outputs]
  const rows = classNames.map((name, i) => {
    const label = document.createElement('label')
    const meter = Object.assign(document.createElement('meter'), { value: parts[i] ?? 0 })
    const share = Object.assign(document.createElement('output'), { value: `${Math.round(100 * (parts[i] ?? 0))} %` })
    label.append(name, ' ', share, meter)
    return label
  })
  element.replaceChildren(...rows)
}
