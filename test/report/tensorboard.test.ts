import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { fileVersion } from '../../src/report/tensorboard/events.ts'
import { recordFile } from '../../src/report/tensorboard/record.ts'
import { eventFiles } from '../../src/report/tensorboard/study.ts'
import type { Trial } from '../../src/study/trial.ts'
import { completeTrials, trialOf } from '../support/trials.ts'

/** The format's messages as far as they are written, by the names and numbers of TensorBoard's own .proto files, for a parser that is not ours. */
const SCHEMA = `
syntax = "proto3";
message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; } }
message Summary { repeated SummaryValue value = 1; }
message SummaryValue { string tag = 1; oneof value { float simple_value = 2; Tensor tensor = 8; } Metadata metadata = 9; }
message Tensor { int32 dtype = 1; Shape tensor_shape = 2; repeated float float_val = 5; }
message Shape { repeated Dimension dim = 2; }
message Dimension { int64 size = 1; }
message Metadata { PluginData plugin_data = 1; int32 data_class = 4; }
message PluginData { string plugin_name = 1; bytes content = 2; }
message HParams { int32 version = 1; oneof data { Experiment experiment = 2; SessionStart session_start_info = 3; SessionEnd session_end_info = 4; } }
message Experiment { string name = 6; double time_created_secs = 3; repeated HParamInfo hparam_infos = 4; repeated MetricInfo metric_infos = 5; }
message HParamInfo { string name = 1; int32 type = 4; oneof domain { ListValue domain_discrete = 5; Interval domain_interval = 6; } }
message Interval { double min_value = 1; double max_value = 2; }
message MetricInfo { MetricName name = 1; }
message MetricName { string group = 1; string tag = 2; }
message ListValue { repeated Value values = 1; }
message Value { oneof kind { int32 null_value = 1; double number_value = 2; string string_value = 3; bool bool_value = 4; } }
message SessionStart { map<string, Value> hparams = 1; string group_name = 4; double start_time_secs = 5; }
message SessionEnd { int32 status = 1; double end_time_secs = 2; }
`
const { root } = protobuf.parse(SCHEMA, { keepCase: true })

function decode(type: string, bytes: Uint8Array): Record<string, unknown> {
  const message = root.lookupType(type)
  return message.toObject(message.decode(bytes), { longs: Number, oneofs: false })
}

/** The records of a file, by their lengths alone: what the checksums are is tested by known bytes. */
function recordsOf(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true))
    records.push(bytes.subarray(at + 12, at + 12 + length))
    at += length + 16
  }
  return records
}

interface Shown {
  readonly wall_time?: number
  readonly step?: number
  readonly file_version?: string
  readonly summary?: {
    readonly value: readonly {
      tag: string
      simple_value?: number
      tensor?: unknown
      metadata?: { plugin_data: { plugin_name: string; content: Uint8Array }; data_class: number }
    }[]
  }
}

const events = (bytes: Uint8Array): Shown[] => recordsOf(bytes).map((record) => decode('Event', record) as Shown)

/** `[step, { tag: value }]` of every event with numbers, and the messages of the plugin hparams by tag. */
function contents(bytes: Uint8Array) {
  const values = events(bytes).flatMap((event) =>
    (event.summary?.value ?? []).map((value) => ({ ...value, step: event.step ?? 0, time: event.wall_time })),
  )
  return {
    numbers: values
      .filter(({ metadata }) => metadata === undefined)
      .map(({ step, tag, simple_value, time }) => [step, tag, simple_value, time] as const),
    hparams: Object.fromEntries(
      values.flatMap(({ tag, metadata }) => (metadata === undefined ? [] : [[tag, decode('HParams', metadata.plugin_data.content)]])),
    ),
    values,
  }
}

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
