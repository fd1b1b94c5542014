// Finds the Vulkan driver that comes with Chrome.

import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { findChrome } from './find-chrome.mjs'

/** Where Linux lists GPUs: those of the kernel's own drivers, of NVIDIA's, and of Windows' subsystem. A list of drivers says little: Mesa brings them all, whatever is there. */
const hasGpu = () => ['/dev/nvidia0', '/dev/dxg'].some(existsSync) || (existsSync('/dev/dri') && readdirSync('/dev/dri').length > 0)

/**
 * Variables that let a Node started with them use WebGPU (npm `webgpu`) on the software adapter that every Chrome for Linux brings along.
 * None where the machine has a GPU, where somebody has chosen a driver, and where Chrome has none. Mesa's software adapter is no other choice: Dawn refuses that of 22.3.
 * @returns {Record<string, string>}
 */
export function vulkanOfChrome() {
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES, LD_LIBRARY_PATH } = process.env
  if (process.platform !== 'linux' || VK_ICD_FILENAMES || VK_DRIVER_FILES || hasGpu()) return {}
  const chrome = findChrome()
  if (chrome === undefined) return {}
  // A distribution's /usr/bin/chromium is a script that starts /usr/lib/chromium/chromium.
  const folders = [dirname(realpathSync(chrome)), join('/usr/lib', basename(chrome)), '/usr/lib/chromium']
  const folder = folders.find((path) => ['vk_swiftshader_icd.json', 'libvulkan.so.1'].every((file) => existsSync(join(path, file))))
  if (folder === undefined) return {}
  return {
    VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
    LD_LIBRARY_PATH: LD_LIBRARY_PATH ? `${LD_LIBRARY_PATH}:${folder}` : folder,
  }
}
