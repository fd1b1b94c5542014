/** TensorBoard's event files, read by a parser that is not ours. */

import protobuf from 'protobufjs'

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

export const events = (bytes: Uint8Array): Shown[] => recordsOf(bytes).map((record) => decode('Event', record) as Shown)

/** `[step, { tag: value }]` of every event with numbers, and the messages of the plugin hparams by tag. */
export function contents(bytes: Uint8Array) {
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
