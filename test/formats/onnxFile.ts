import { parse } from 'protobufjs'

/** An ONNX model as another program writes it, by onnx.proto and protobufjs. */
interface MadeNode {
  readonly op: string
  readonly inputs: string[]
  readonly output: string
  /** Outputs after the first. */
  readonly others?: string[]
  readonly attributes?: object[]
  readonly domain?: string
}

export interface Made {
  readonly nodes: readonly MadeNode[]
  readonly constants: Readonly<Record<string, readonly [dims: number[], values: number[], type?: number]>>
  readonly outputs?: string[]
  readonly inputs?: string[]
  /** Constants whose numbers are in a file beside. */
  readonly external?: readonly { name: string; dims: number[]; data: Readonly<Record<string, string>> }[]
  readonly functions?: readonly { name: string; inputs: string[]; outputs: string[]; nodes: readonly MadeNode[] }[]
  /** Sizes of the input; -1 is not fixed. */
  readonly shape?: readonly number[]
  readonly opset?: number
}

const { root } = parse(
  `
  syntax = "proto3";
  message AttributeProto { string name = 1; float f = 2; int64 i = 3; bytes s = 4; TensorProto t = 5; repeated int64 ints = 8; int32 type = 20; }
  message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5; string domain = 7; }
  message StringStringEntryProto { string key = 1; string value = 2; }
  message TensorProto { repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4; repeated int64 int64_data = 7; string name = 8; bytes raw_data = 9;
    repeated StringStringEntryProto external_data = 13; int32 data_location = 14; }
  message Dimension { int64 dim_value = 1; string dim_param = 2; }
  message TensorShapeProto { repeated Dimension dim = 1; }
  message TensorTypeProto { int32 elem_type = 1; TensorShapeProto shape = 2; }
  message TypeProto { TensorTypeProto tensor_type = 1; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message GraphProto { repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message FunctionProto { string name = 1; repeated string input = 4; repeated string output = 5; repeated NodeProto node = 7; string domain = 10; }
  message ModelProto { int64 ir_version = 1; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; repeated FunctionProto functions = 25; }
`,
  { keepCase: true },
)

const INT64 = 7

const nodeOf = ({ op, inputs, output, others = [], attributes = [], domain = '' }: MadeNode) => ({
  op_type: op,
  input: inputs,
  output: [output, ...others],
  name: `${op} node`,
  attribute: attributes,
  domain,
})

export function onnxFile({
  nodes,
  constants,
  outputs = [nodes.at(-1)?.output ?? ''],
  inputs = ['x'],
  external = [],
  functions = [],
  shape,
  opset,
}: Made): Uint8Array {
  const type = root.lookupType('ModelProto')
  const dim = shape?.map((size) => (size < 0 ? { dim_param: 'rows' } : { dim_value: size }))
  const message = {
    ir_version: 8,
    graph: {
      name: 'g',
      node: nodes.map(nodeOf),
      initializer: [
        ...Object.entries(constants).map(([name, [dims, values, data_type = 1]]) => ({
          name,
          dims,
          data_type,
          ...(data_type === INT64 ? { int64_data: values } : { float_data: values }),
        })),
        ...external.map(({ name, dims, data }) => ({
          name,
          dims,
          data_type: 1,
          data_location: 1,
          external_data: Object.entries(data).map(([key, value]) => ({ key, value })),
        })),
      ],
      input: inputs.map((name) => ({ name, ...(dim && { type: { tensor_type: { elem_type: 1, shape: { dim } } } }) })),
      output: outputs.map((name) => ({ name })),
    },
    opset_import: opset === undefined ? [] : [{ domain: '', version: opset }],
    functions: functions.map(({ name, inputs: input, outputs: output, nodes: node }) => ({
      name,
      input,
      output,
      node: node.map(nodeOf),
      domain: 'local',
    })),
  }
  return type.encode(type.fromObject(message)).finish()
}
