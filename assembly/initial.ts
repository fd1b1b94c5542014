// Initial weights alone: a module of its own for those who train elsewhere, and a part of the whole one (index.ts).

export { allocate, mark, release } from './memory'
export {
  fill_constant,
  fill_normal,
  fill_truncated_normal,
  fill_uniform,
  orthogonal_reflection,
  orthogonal_scratch,
  orthogonal_strip,
} from './initialize'
