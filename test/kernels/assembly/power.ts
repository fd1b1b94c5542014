export { power, wholePower } from '../../../assembly/power'
