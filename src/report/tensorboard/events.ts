/**
 * TensorBoard's messages, by the field numbers of its `event.proto`, `summary.proto`, `tensor.proto`, and, of the plugin hparams, `plugin_data.proto`
 * and `api.proto`. Each function gives one message.
 */

import { PbfWriter } from 'pbf'
import type { ParamValue } from '../../study/space/distributions.ts'

/** In seconds since 1970. */
export type Seconds = number

function message(write: (fields: PbfWriter) => void): Uint8Array {
  const fields = new PbfWriter()
  write(fields)
  return fields.finish()
}

/** The first event of every file. */
export const fileVersion = (time: Seconds): Uint8Array =>
  message((event) => {
    event.writeDoubleField(1, time)
    event.writeStringField(3, 'brain.Event:2')
  })

const summaryEvent = (time: Seconds, step: number, values: readonly Uint8Array[]): Uint8Array =>
  message((event) => {
    event.writeDoubleField(1, time)
    event.writeVarintField(2, step)
    event.writeBytesField(
      5,
      message((summary) => {
        for (const value of values) summary.writeBytesField(1, value)
      }),
    )
  })

/** Numbers at a step, by tag; they are kept as float32. */
export const scalars = (time: Seconds, step: number, values: Readonly<Record<string, number>>): Uint8Array =>
  summaryEvent(
    time,
    step,
    Object.entries(values).map(([tag, number]) =>
      message((value) => {
        value.writeStringField(1, tag)
        value.writeFloatField(2, number)
      }),
    ),
  )

/** A float32 tensor of one element that is 0: values of plugins must have one, whatever they say in their metadata. */
const NO_TENSOR = message((tensor) => {
  tensor.writeVarintField(1, 1)
  tensor.writeBytesField(
    2,
    message((shape) =>
      shape.writeBytesField(
        2,
        message((dimension) => dimension.writeVarintField(1, 1)),
      ),
    ),
  )
  tensor.writePackedFloat(5, [0])
})

/** What the plugin hparams reads: one of its three messages, by the number of its field in `HParamsPluginData`. */
const hparamsEvent = (time: Seconds, tag: string, field: 2 | 3 | 4, content: Uint8Array): Uint8Array =>
  summaryEvent(time, 0, [
    message((value) => {
      value.writeStringField(1, tag)
      value.writeBytesField(8, NO_TENSOR)
      value.writeBytesField(
        9,
        message((metadata) => {
          metadata.writeBytesField(
            1,
            message((plugin) => {
              plugin.writeStringField(1, 'hparams')
              plugin.writeBytesField(
                2,
                message((data) => data.writeBytesField(field, content)),
              )
            }),
          )
          // DATA_CLASS_TENSOR
          metadata.writeVarintField(4, 2)
        }),
      )
    }),
  ])

export interface Hyperparameter {
  readonly name: string
  readonly domain: readonly ParamValue[] | { readonly low: number; readonly high: number }
}

/** What is searched and measured: the one event of the experiment's own file. */
export const experiment = (time: Seconds, name: string, parameters: readonly Hyperparameter[], metrics: readonly string[]): Uint8Array =>
  hparamsEvent(
    time,
    '_hparams_/experiment',
    2,
    message((fields) => {
      fields.writeDoubleField(3, time)
      for (const parameter of parameters) fields.writeBytesField(4, parameterInfo(parameter))
      for (const metric of metrics) fields.writeBytesField(5, metricInfo(metric))
      fields.writeStringField(6, name)
    }),
  )

const parameterInfo = ({ name, domain }: Hyperparameter): Uint8Array =>
  message((info) => {
    info.writeStringField(1, name)
    info.writeVarintField(4, typeOf(domain))
    if ('low' in domain) {
      info.writeBytesField(
        6,
        message((interval) => {
          interval.writeDoubleField(1, domain.low)
          interval.writeDoubleField(2, domain.high)
        }),
      )
    } else {
      info.writeBytesField(
        5,
        message((list) => {
          for (const choice of domain) list.writeBytesField(1, plainValue(choice))
        }),
      )
    }
  })

/** DATA_TYPE_STRING, DATA_TYPE_BOOL, DATA_TYPE_FLOAT64; choices of several types are shown as text. */
function typeOf(domain: Hyperparameter['domain']): 1 | 2 | 3 {
  if ('low' in domain || domain.every((choice) => typeof choice === 'number')) return 3
  return domain.every((choice) => typeof choice === 'boolean') ? 2 : 1
}

const metricInfo = (tag: string): Uint8Array =>
  message((info) =>
    info.writeBytesField(
      1,
      message((name) => name.writeStringField(2, tag)),
    ),
  )

/** `google.protobuf.Value`. */
const plainValue = (given: ParamValue): Uint8Array =>
  message((value) => {
    if (given === null) value.writeVarintField(1, 0)
    else if (typeof given === 'number') value.writeDoubleField(2, given)
    else if (typeof given === 'string') value.writeStringField(3, given)
    else value.writeBooleanField(4, given)
  })

/** @param group sessions of one configuration have the same */
export const sessionStart = (time: Seconds, group: string, params: Readonly<Record<string, ParamValue>>): Uint8Array =>
  hparamsEvent(
    time,
    '_hparams_/session_start_info',
    3,
    message((info) => {
      for (const [name, given] of Object.entries(params)) {
        info.writeBytesField(
          1,
          message((entry) => {
            entry.writeStringField(1, name)
            entry.writeBytesField(2, plainValue(given))
          }),
        )
      }
      info.writeStringField(4, group)
      info.writeDoubleField(5, time)
    }),
  )

/** STATUS_SUCCESS, STATUS_FAILURE, STATUS_RUNNING. */
export const STATUS = { success: 1, failure: 2, running: 3 } as const

export const sessionEnd = (time: Seconds, status: (typeof STATUS)[keyof typeof STATUS]): Uint8Array =>
  hparamsEvent(
    time,
    '_hparams_/session_end_info',
    4,
    message((info) => {
      info.writeVarintField(1, status)
      info.writeDoubleField(2, time)
    }),
  )
