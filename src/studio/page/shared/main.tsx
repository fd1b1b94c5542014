// The script of the page that an answer is shared as: one file, which predicts by itself and asks nobody for anything.

import { render } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { loadPredictor } from '../../../learn/predictor/index.ts'
import type { SharedAnswer } from '../../answers.ts'
import { Evidence } from '../answer/evidence.tsx'
import { Matters } from '../answer/matters.tsx'
import { type TriedRow, usualRow } from '../answer/row.ts'
import { classOf, helpSaid } from '../answer/sentences.ts'
import { TryIt } from '../answer/tryIt.tsx'
import { Card } from '../parts.tsx'

const textOf = (id: string): string => document.getElementById(id)?.textContent ?? ''
const shared = JSON.parse(textOf('shared')) as SharedAnswer
const predictor = loadPredictor(Uint8Array.from(atob(textOf('answer')), (letter) => letter.charCodeAt(0)))

function Shared() {
  const { news, data, curves } = shared
  const { found } = news
  const [tried, setTried] = useState<TriedRow>({})
  const [column, setColumn] = useState(curves[0]?.column)
  const row = useMemo(() => (found === undefined ? {} : usualRow(found, tried)), [tried])
  const prediction = useMemo(() => predictor.predict([row])[0], [row])
  const { short, long } = helpSaid(news, data)
  const curve = curves.find((one) => one.column === column)
  return (
    <>
      <h1>{data.title}</h1>
      <div class="sentences">
        <Card title="Does a network help?" id="help">
          <p class="short">{short}</p>
          <p>{long}</p>
        </Card>
        <Matters
          news={news}
          following={{ column, columns: curves.map((one) => one.column), onColumn: setColumn, curve, className: classOf(news), row }}
        />
        <TryIt found={found} said={found && prediction && { prediction, found }} row={row} onRow={setTried} />
        <Card title="The evidence" id="evidence">
          <Evidence found={found} />
        </Card>
      </div>
      <p class="hint">Made by espalier. This page holds the answer and no row of the table; it asks nobody for anything.</p>
    </>
  )
}

const place = document.getElementById('answer-page')
if (place !== null) render(<Shared />, place)
