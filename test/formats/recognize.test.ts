import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { type FileKind, otherKind, recognize } from '../../src/formats/recognize.ts'

/** Characters as bytes of their numbers. */
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
const zip = (...names: string[]): Uint8Array => zipSync(Object.fromEntries(names.map((name) => [name, bytes('x')])))
const header = (length: number): string => `${String.fromCharCode(length)}${'\0'.repeat(7)}{"a":{}}`

const FILES: readonly (readonly [string, FileKind | undefined, Uint8Array])[] = [
  ['nothing', 'empty', bytes('')],
  ['ONNX of PyTorch', 'onnx', bytes('\x08\x08\x12\x07pytorch\x1a\x052.0.0')],
  ['ONNX with its graph first', 'onnx', bytes('\x08\x0a\x3a\xf0\x01')],
  ['ONNX of the first version', 'onnx', bytes('\x08\x01\x12\x05CNTK!')],
  ["TensorFlow's saved_model.pb", 'savedModel', bytes('\x08\x01\x12\xac\x0a\x0a\x20\x08')],
  ['safetensors', 'safetensors', bytes(header(8))],
  ['.keras', 'keras', zip('metadata.json', 'config.json', 'model.weights.h5')],
  ['.h5', 'hdf5', bytes('\x89HDF\r\n\x1a\n\0\0\0\0')],
  ['.pt of torch.save', 'torch', zip('archive/data.pkl', 'archive/version')],
  ['.pt of torch.save, named', 'torch', zip('net/data.pkl', 'net/byteorder')],
  ['.pt of an old torch.save', 'torch', bytes('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.')],
  ['.pkl of scikit-learn', 'pickle', bytes('\x80\x04\x95\x12\x00\x00\x00\x00\x00\x00\x00\x8c\x16sklearn.neural')],
  ['.pkl of protocol 3', 'pickle', bytes('\x80\x03csklearn.neural_network\nMLPClassifier')],
  ["TensorFlow.js's model.json", 'tfjs', bytes('{"format": "layers-model", "generatedBy": "keras", "modelTopology": {}}')],
  ['TensorFlow Lite', 'tflite', bytes('\x1c\0\0\0TFL3')],
  ['ONNX Runtime', 'ort', bytes('\x1c\0\0\0ORTM')],
  ['GGUF', 'gguf', bytes('GGUF\x03\0\0\0')],
  ['a page of HTML', 'html', bytes('\n<!DOCTYPE html>\n<html lang="en">')],
  ['a page of HTML after a byte order mark', 'html', bytes('\xef\xbb\xbf<html>')],
  ['a page of XHTML', 'html', bytes('<?xml version="1.0"?><html xmlns="x">')],
  ['PMML', 'xml', bytes('<?xml version="1.0"?><PMML version="4.4">')],
  ['a git-lfs pointer', 'lfs', bytes('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n')],
  ['JSON', 'json', bytes('{"network": {}}')],
  ['CSV', 'text', bytes('preg,plas\r\n1,2\r\n')],
  ['CSV with umlauts', 'text', bytes('gr\xc3\xb6\xc3\x9fe,m\xe4nge\n1,2\n')],
  ['.npy', 'npy', bytes('\x93NUMPY\x01\x00')],
  ['.npz', 'npz', zip('arr_0.npy')],
  ['.xlsx', 'office', zip('[Content_Types].xml', '_rels/.rels')],
  ['a zip of anything', 'zip', zip('readme.txt')],
  ['gzip', 'gzip', bytes('\x1f\x8b\x08\0')],
  ['7z', 'packed', bytes("7z\xbc\xaf'\x1c")],
  ['tar', 'tar', bytes(`net.onnx${'\0'.repeat(249)}ustar`)],
  ['PNG', 'picture', bytes('\x89PNG\r\n')],
  ['PDF', 'pdf', bytes('%PDF-1.7')],
  ['Parquet', 'parquet', bytes('PAR1\x15\x04')],
  ['SQLite', 'sqlite', bytes('SQLite format 3\0')],
  ['bytes of no kind', undefined, bytes('\xde\xad\0\0\0\x01')],
]

describe('a file is what its first bytes say', () => {
  test.each(FILES)('%s', (_, kind, file) => {
    expect(recognize(file)).toBe(kind)
  })
})

test('one sentence says what it is and what to do; the kind asked for is none to refuse', () => {
  for (const [, kind, file] of FILES) {
    const error = otherKind(file, 'onnx', 'ONNX file', 'net.onnx')
    if (kind === 'onnx' || kind === undefined) expect(error).toBeUndefined()
    else expect(error?.message).toMatch(/^net\.onnx: this is no ONNX file, it is [^;]+; .+/)
  }
  const of = (name: string) => otherKind(FILES.find(([known]) => known === name)?.[2] ?? bytes(''), 'onnx', 'ONNX file', 'net.onnx')
  expect(of('.pt of torch.save')?.message).toMatch(/it is a PyTorch file, .*; in Python, load it and torch\.onnx\.export/)
  expect(of('.pt of torch.save')?.name).toBe('UnsupportedModelError')
  expect(of('a git-lfs pointer')?.message).toMatch(/a pointer of git-lfs .*; fetch the file itself: git lfs pull/)
  expect(of('a git-lfs pointer')?.name).toBe('InvalidDataError')
})
