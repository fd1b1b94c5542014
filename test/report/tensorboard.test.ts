import { describe, expect, it } from 'vitest'
import { fileVersion } from '../../src/report/tensorboard/events.ts'
import { recordFile } from '../../src/report/tensorboard/record.ts'
import { eventFiles } from '../../src/report/tensorboard/study.ts'
import type { Trial } from '../../src/study/trial.ts'
import { contents, events } from '../support/tensorboard.ts'
import { completeTrials, trialOf } from '../support/trials.ts'

describe('event files', () => {
  it('are framed as TensorFlow frames them', () => {
    // A record that TensorBoard's own tests read (tensorboard/backend/event_processing/event_file_loader_test.py), brain.Event:1 as its data.
    const known = '1800000000000000a37f4b22090000c025dd75d5411a0d627261696e2e4576656e743a31ecf3328d'
    const data = Buffer.from(known, 'hex').subarray(12, -4)
    expect(Buffer.from(recordFile([data])).toString('hex')).toBe(known)
    expect(Buffer.from(recordFile([data, data])).toString('hex')).toBe(known + known)
    expect(recordFile([])).toHaveLength(0)
    // The same event, but for its version.
    const time = new DataView(data.buffer, data.byteOffset + 1).getFloat64(0, true)
    expect(Buffer.from(fileVersion(time)).toString('hex')).toBe(`${data.toString('hex').slice(0, -2)}32`)
  })

  const space = {
    rate: { type: 'float' as const, low: 1e-4, high: 0.1, log: true },
    activation: { type: 'categorical' as const, choices: ['relu', 'tanh'] },
    bias: { type: 'categorical' as const, choices: [true, false] },
    width: { type: 'categorical' as const, choices: [8, 16] },
  }
  const params = [
    { rate: 0.01, activation: 'relu', bias: true, width: 16 },
    { rate: 0.02, activation: 'tanh', bias: false, width: 8 },
  ]
  const [plain, repeated] = completeTrials(space, params, [0.5, 0.25]) as [Trial, Trial]
  const times = { datetimeStart: new Date(1_700_000_000_000), datetimeComplete: new Date(1_700_000_008_000) }
  const trials: Trial[] = [
    {
      ...plain,
      ...times,
      intermediateValues: new Map([
        [2, 0.75],
        [4, 0.5],
      ]),
    },
    {
      ...repeated,
      ...times,
      userAttrs: {
        'espalier:repeats': [[0.375], [0.125]],
        'espalier:histories': [
          { loss: [1, 0.5], testLoss: [0.75, 0.375], accuracy: [null, 0.5], testAccuracy: [] },
          { loss: [1, 0.25], testLoss: [0.5, 0.125], accuracy: [0.25, 0.75], testAccuracy: [] },
        ],
      },
    },
    trialOf(2, 'fail', times),
    trialOf(3, 'running', { datetimeStart: times.datetimeStart, intermediateValues: new Map([[2, Number.NaN]]) }),
    trialOf(4, 'waiting'),
  ]
  const study = {
    name: 'rates',
    directions: ['minimize'] as const,
    trials,
    systemAttrs: { 'espalier:definition': { objective: [{ metric: 'testLoss' }] } },
  }
  const files = new Map(
    eventFiles(study).map(({ path, bytes }) => [path.replace(/events\.out\.tfevents\.1700000000\.espalier$/, ''), bytes]),
  )
  const read = (folder: string) => contents(files.get(folder) ?? new Uint8Array())

  it('are one for the experiment, and one a run: a trial, or a repeat of one', () => {
    expect([...files.keys()]).toEqual(['', 'trial-0000/', 'trial-0001/repeat-1/', 'trial-0001/repeat-2/', 'trial-0002/', 'trial-0003/'])
    for (const bytes of files.values()) expect(events(bytes)[0]).toEqual({ wall_time: 1_700_000_000, file_version: 'brain.Event:2' })
  })

  it('say what is searched and measured', () => {
    const { hparams, values } = read('')
    expect(hparams).toEqual({
      '_hparams_/experiment': {
        experiment: {
          name: 'rates',
          time_created_secs: 1_700_000_000,
          hparam_infos: [
            { name: 'rate', type: 3, domain_interval: { min_value: 1e-4, max_value: 0.1 } },
            { name: 'activation', type: 1, domain_discrete: { values: [{ string_value: 'relu' }, { string_value: 'tanh' }] } },
            { name: 'bias', type: 2, domain_discrete: { values: [{ bool_value: true }, { bool_value: false }] } },
            { name: 'width', type: 3, domain_discrete: { values: [{ number_value: 8 }, { number_value: 16 }] } },
          ],
          metric_infos: [{ name: { tag: 'objective/testLoss' } }],
        },
      },
    })
    expect(values[0]).toMatchObject({
      tensor: { dtype: 1, tensor_shape: { dim: [{ size: 1 }] }, float_val: [0] },
      metadata: { plugin_data: { plugin_name: 'hparams' }, data_class: 2 },
    })
  })

  it('hold what a trial reported, its parameters, its value and how it ended', () => {
    const { numbers, hparams } = read('trial-0000/')
    expect(numbers).toEqual([
      [2, 'testLoss', 0.75, 1_700_000_004],
      [4, 'testLoss', 0.5, 1_700_000_008],
      [4, 'objective/testLoss', 0.5, 1_700_000_008],
    ])
    expect(hparams['_hparams_/session_start_info']).toEqual({
      session_start_info: {
        hparams: {
          rate: { number_value: 0.01 },
          activation: { string_value: 'relu' },
          bias: { bool_value: true },
          width: { number_value: 16 },
        },
        group_name: 'trial-0000',
        start_time_secs: 1_700_000_000,
      },
    })
    expect(hparams['_hparams_/session_end_info']).toEqual({ session_end_info: { status: 1, end_time_secs: 1_700_000_008 } })
  })

  it("hold every repeat's history, but for what was no number, in one group", () => {
    const [first, second] = [read('trial-0001/repeat-1/'), read('trial-0001/repeat-2/')]
    expect(first.numbers.map(([step, tag, value]) => [step, tag, value])).toEqual([
      ...[
        [1, 'loss', 1],
        [1, 'testLoss', 0.75],
        [2, 'loss', 0.5],
        [2, 'testLoss', 0.375],
        [2, 'accuracy', 0.5],
      ],
      [2, 'objective/testLoss', 0.375],
    ])
    expect(second.numbers.at(-1)?.slice(0, 3)).toEqual([2, 'objective/testLoss', 0.125])
    for (const { hparams } of [first, second])
      expect(hparams['_hparams_/session_start_info']).toMatchObject({ session_start_info: { group_name: 'trial-0001' } })
  })

  it('tell failed and running trials', () => {
    expect(read('trial-0002/').hparams['_hparams_/session_end_info']).toMatchObject({ session_end_info: { status: 2 } })
    expect(Object.keys(read('trial-0003/').hparams)).toEqual(['_hparams_/session_start_info'])
    expect(read('trial-0003/').numbers).toEqual([])
  })

  it('are made of a study without trials', () => {
    expect(eventFiles({ ...study, trials: [] }).map(({ path }) => path)).toEqual(['events.out.tfevents.0.espalier'])
  })
})
