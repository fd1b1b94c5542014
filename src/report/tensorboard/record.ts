// TensorBoard's record files: lengths and checksums around each message.

/** Castagnoli's polynomial, its bits reversed (RFC 3720, B.4). */
const POLYNOMIAL = 0x82f63b78

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) * POLYNOMIAL)
  }
  return ~crc >>> 0
}

/** Of bytes that hold a checksum themselves (`tensorflow/core/lib/hash/crc32c.h`): turned by 15 bits, plus a constant. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

/** Records as TensorFlow's files hold them, all little-endian: length (8 bytes), its checksum (4), the data, their checksum (4). */
export function recordFile(records: readonly Uint8Array[]): Uint8Array {
  const file = new Uint8Array(records.reduce((sum, { length }) => sum + length + 16, 0))
  const view = new DataView(file.buffer)
  let at = 0
  for (const data of records) {
    view.setBigUint64(at, BigInt(data.length), true)
    view.setUint32(at + 8, maskedCrc(file.subarray(at, at + 8)), true)
    file.set(data, at + 12)
    view.setUint32(at + 12 + data.length, maskedCrc(data), true)
    at += data.length + 16
  }
  return file
}
