/** Recognises what a file is by its first bytes, whatever its name says. */

import type { EspalierError } from '../core/errors.ts'
import { InvalidDataError } from '../core/errors.ts'
import { UnsupportedModelError } from './errors.ts'

/** How a message names a kind of file, and what a person does who has one. */
interface Described {
  readonly is: string
  readonly advice: string
}

const DOWNLOAD = 'download the file itself'
const UNPACK = 'unpack it and read what is in it'
const IN_TORCH =
  "in Python, load it and torch.onnx.export(model, (example,), 'model.onnx'), or safetensors.torch.save_file(model.state_dict(), …)"
const NO_NETWORK = 'a network is a .keras, .onnx or .safetensors file or a folder of TensorFlow.js'

/** Files that a network is read from, or that another program keeps one in. */
const MODELS = {
  onnx: { is: 'an ONNX file', advice: 'read it with fromOnnx, or name it .onnx' },
  safetensors: { is: 'a safetensors file', advice: 'read it with fromSafetensors, or name it .safetensors' },
  keras: { is: 'a .keras file', advice: 'read it with fromKeras, or name it .keras' },
  hdf5: { is: 'an HDF5 file, as Keras saves .h5', advice: 'read it with fromKerasH5, or name it .h5' },
  tfjs: { is: "TensorFlow.js's model.json", advice: 'give the folder it is in, with its weights, or read it with fromTfjsFiles' },
  torch: { is: 'a PyTorch file, as torch.save writes .pt and .pth', advice: IN_TORCH },
  pickle: {
    is: 'a Python pickle, as of scikit-learn or an old torch.save',
    advice: `pickles are programs and are not run; ${IN_TORCH}; for scikit-learn, skl2onnx.to_onnx(…)`,
  },
  savedModel: { is: "TensorFlow's saved_model.pb", advice: 'in Python, load it and save it as .keras, or convert it with tf2onnx' },
  tflite: { is: 'a TensorFlow Lite file', advice: 'save the network it was made of as .keras, or as .onnx' },
  ort: { is: "ONNX Runtime's own .ort file", advice: 'read the .onnx file that it was made of' },
  gguf: { is: 'a GGUF file of a language model', advice: 'networks here are dense layers in a row' },
} as const satisfies Readonly<Record<string, Described>>

/** Files that no network is in. */
const OTHERS = {
  empty: { is: 'empty', advice: 'write or download it again' },
  lfs: { is: 'a pointer of git-lfs in place of the file', advice: 'fetch the file itself: git lfs pull' },
  html: { is: 'a page of HTML, as a download that failed leaves it', advice: DOWNLOAD },
  xml: { is: 'a text in XML', advice: NO_NETWORK },
  json: { is: 'a text in JSON', advice: NO_NETWORK },
  text: { is: 'a text', advice: NO_NETWORK },
  npy: { is: 'a NumPy array', advice: NO_NETWORK },
  npz: { is: 'a NumPy archive, arrays without a network', advice: NO_NETWORK },
  office: { is: 'a document or spreadsheet', advice: NO_NETWORK },
  zip: { is: 'a zip archive', advice: UNPACK },
  gzip: { is: 'packed with gzip', advice: UNPACK },
  packed: { is: 'a packed archive', advice: UNPACK },
  tar: { is: 'a tar archive', advice: UNPACK },
  picture: { is: 'a picture', advice: NO_NETWORK },
  pdf: { is: 'a PDF', advice: NO_NETWORK },
  parquet: { is: 'a Parquet table', advice: NO_NETWORK },
  sqlite: { is: 'a SQLite database', advice: NO_NETWORK },
} as const satisfies Readonly<Record<string, Described>>

export type FileKind = keyof typeof MODELS | keyof typeof OTHERS

const KINDS: Readonly<Record<FileKind, Described>> = { ...MODELS, ...OTHERS }

/** Bytes at a place that only files of one kind have there. */
const SIGNATURES: readonly (readonly [kind: FileKind, bytes: string, at?: number])[] = [
  ['hdf5', '\x89HDF\r\n\x1a\n'],
  ['tflite', 'TFL3', 4],
  ['ort', 'ORTM', 4],
  ['gguf', 'GGUF'],
  ['npy', '\x93NUMPY'],
  ['gzip', '\x1f\x8b'],
  ['packed', '7z\xbc\xaf\x27\x1c'],
  ['packed', '\xfd7zXZ\x00'],
  ['packed', 'BZh'],
  ['packed', '\x28\xb5\x2f\xfd'],
  ['packed', 'Rar!'],
  ['tar', 'ustar', 257],
  ['picture', '\x89PNG'],
  ['picture', '\xff\xd8\xff'],
  ['picture', 'GIF8'],
  ['pdf', '%PDF'],
  ['parquet', 'PAR1'],
  ['sqlite', 'SQLite format 3\x00'],
  ['lfs', 'version https://git-lfs.github.com/spec/'],
]

/** A zip's first files by their names. */
const ZIPPED: readonly (readonly [kind: FileKind, name: RegExp])[] = [
  ['keras', /^(metadata\.json|config\.json|model\.weights\.h5)$/],
  ['torch', /^[^/]+\/(data\.pkl|version|byteorder|\.format_version|\.storage_alignment|data\/\d+|code\/.*|constants\.pkl)$/],
  ['npz', /\.npy$/],
  ['office', /^(\[Content_Types\]\.xml|mimetype|_rels\/)/],
]

const HEAD = 4096
const SAFETENSORS_MAX_HEADER = 100_000_000

/** The number that every file of torch.save begins with that is no zip. */
const TORCH_MAGIC = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
const WHITE = [0x09, 0x0a, 0x0c, 0x0d]
const ESCAPE = 0x1b

/** Each byte as the character of its number. */
const latin = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')

function kindOfZip(bytes: Uint8Array): FileKind {
  const [low = 0, high = 0] = bytes.subarray(26)
  const length = low + 256 * high
  const name = latin(bytes.subarray(30, 30 + length))
  return ZIPPED.find(([, pattern]) => pattern.test(name))?.[0] ?? 'zip'
}

/** Protobuf: the version of the format, then a name of the program that wrote it, or the graph, or the operator sets. */
function kindOfProtobuf([first, version = 0, next = 0, ...rest]: Uint8Array): FileKind | undefined {
  if (first !== 0x08 || version === 0 || version > 100) return undefined
  // A SavedModel has a message where ONNX has a text, which begins with no line break.
  const text = rest[rest.findIndex((byte) => byte < 0x80) + 1]
  if (version === 1 && next === 0x12 && text === 0x0a) return 'savedModel'
  return [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72].includes(next) ? 'onnx' : undefined
}

/** A pickle says its protocol, then opcodes, which are printable or of the newer ones. */
function kindOfPickle(bytes: Uint8Array): FileKind | undefined {
  const [first, protocol = 0, opcode = 0] = bytes
  if (first !== 0x80 || protocol < 2 || protocol > 5) return undefined
  if (TORCH_MAGIC.every((byte, i) => bytes[2 + i] === byte)) return 'torch'
  return (opcode >= 0x20 && opcode < 0x7f) || (opcode >= 0x80 && opcode <= 0x98) ? 'pickle' : undefined
}

function isSafetensors(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return bytes.length > 8 && bytes[8] === 0x7b && view.getUint32(4, true) === 0 && view.getUint32(0, true) <= SAFETENSORS_MAX_HEADER
}

function kindOfText(bytes: Uint8Array): FileKind | undefined {
  const text = latin(bytes)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  if (/^<(!doctype\s+html|html|head|body)\b/i.test(text)) return 'html'
  if (/^<(\?xml|!doctype|!--|svg|PMML|net)/i.test(text)) return /<html\b/i.test(text) ? 'html' : 'xml'
  if (bytes.some((byte) => byte < 0x20 && !WHITE.includes(byte) && byte !== ESCAPE)) return undefined
  if (/^[{[]/.test(text)) return /"(modelTopology|weightsManifest)"|"(layers|graph)-model"/.test(text) ? 'tfjs' : 'json'
  return 'text'
}

/** What the file is; undefined where its first bytes do not say. */
export function recognize(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length === 0) return 'empty'
  const head = bytes.subarray(0, HEAD)
  const start = latin(head.subarray(0, 300))
  const signed = SIGNATURES.find(([, signature, at = 0]) => start.startsWith(signature, at))
  if (signed !== undefined) return signed[0]
  if (start.startsWith('PK\x03\x04')) return kindOfZip(head)
  if (start.startsWith('PK\x05\x06')) return 'zip'
  const pickle = kindOfPickle(head)
  if (pickle !== undefined) return pickle
  if (isSafetensors(head)) return 'safetensors'
  return kindOfProtobuf(head) ?? kindOfText(head)
}

/**
 * The error for a file of a kind that a reader does not take.
 * @param called how the message names what it takes: 'ONNX file'
 * @returns UnsupportedModelError for another kind of network's file, InvalidDataError for what no network is in
 */
export function kindError(kind: FileKind, called: string, name: string): EspalierError {
  const { is, advice } = KINDS[kind]
  const message = `${name}: this is no ${called}, it is ${is}; ${advice}`
  return kind in MODELS ? new UnsupportedModelError(message) : new InvalidDataError(message)
}

/** The error for a file that is of another kind than a reader takes; undefined where it may be of this kind. */
export function otherKind(bytes: Uint8Array, wanted: FileKind, called: string, name: string): EspalierError | undefined {
  const kind = recognize(bytes)
  return kind === undefined || kind === wanted ? undefined : kindError(kind, called, name)
}
