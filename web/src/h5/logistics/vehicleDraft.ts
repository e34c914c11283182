import type { SaveVehicle, Vehicle } from '@/shared/api/logisticsTypes'
import { shortTonnes, toKilograms, toTonnes } from '@/shared/quantities'
import { isPlate, present, type Problems } from '../reservation/rules'
import { certificateProblem } from './certificates'

export interface TankDraft {
  number: string
  volume: string
  expiry: string
  cargo: string[]
}

export interface VehicleDraft {
  plate: string
  colour: Vehicle['plate_colour']
  kind: Vehicle['kind']
  permitNo: string
  permitExpiry: string
  classes: string[]
  inspectionExpiry: string
  load: string
  hasTank: boolean
  tank: TankDraft
  photos: string[]
  version: number
}

export function emptyVehicle(kind: Vehicle['kind'] = 'tractor'): VehicleDraft {
  return {
    plate: '',
    colour: 'yellow',
    kind,
    permitNo: '',
    permitExpiry: '',
    classes: [],
    inspectionExpiry: '',
    load: '',
    hasTank: kind !== 'tractor',
    tank: { number: '', volume: '', expiry: '', cargo: [] },
    photos: [],
    version: 0,
  }
}

export function vehicleDraft(vehicle: Vehicle): VehicleDraft {
  const { tank } = vehicle
  return {
    plate: vehicle.plate_number,
    colour: vehicle.plate_colour,
    kind: vehicle.kind,
    permitNo: vehicle.road_permit_no,
    permitExpiry: vehicle.road_permit_expiry,
    classes: [...vehicle.road_permit_classes],
    inspectionExpiry: vehicle.inspection_expiry,
    load: shortTonnes(vehicle.approved_load),
    hasTank: tank !== null,
    tank: tank
      ? {
          number: tank.tank_no,
          volume: tank.volume_m3,
          expiry: tank.inspection_expiry,
          cargo: [...tank.permitted_cargo],
        }
      : emptyVehicle().tank,
    photos: vehicle.photos.map(({ id }) => id),
    version: vehicle.version,
  }
}

/** Field path, as the server names it → what to correct. */
export function vehicleProblems(draft: VehicleDraft): Problems {
  const { tank } = draft
  return present({
    plate_number: plateProblem(draft),
    road_permit_no: certificateProblem(draft.permitNo),
    road_permit_expiry: draft.permitExpiry ? null : '请选择到期日',
    inspection_expiry: draft.inspectionExpiry ? null : '请选择到期日',
    approved_load: (toKilograms(draft.load) ?? 0) > 0 ? null : '请填写核定载质量（吨）',
    'tank.tank_no': draft.hasTank && !tank.number.trim() ? '请填写罐体编号' : null,
    'tank.volume_m3': !draft.hasTank || VOLUME.test(tank.volume.trim()) ? null : '请填写容积（立方米）',
    'tank.inspection_expiry': draft.hasTank && !tank.expiry ? '请选择到期日' : null,
    'tank.permitted_cargo': draft.hasTank && !tank.cargo.length ? '请选择适装介质' : null,
  })
}
const VOLUME = /^[0-9]{1,3}(\.[0-9]{1,2})?$/

function plateProblem({ plate, kind }: VehicleDraft): string | null {
  if (!isPlate(plate)) return '请输入完整的车牌'
  if (kind === 'trailer' && !plate.endsWith('挂')) return '挂车的车牌以“挂”结尾'
  return kind !== 'trailer' && plate.endsWith('挂') ? '以“挂”结尾的是挂车，请改车辆类型' : null
}

export function toSaveVehicle(draft: VehicleDraft): SaveVehicle {
  const { tank } = draft
  return {
    plate_number: draft.plate,
    plate_colour: draft.colour,
    kind: draft.kind,
    road_permit_no: draft.permitNo.trim(),
    road_permit_expiry: draft.permitExpiry,
    road_permit_classes: draft.classes,
    inspection_expiry: draft.inspectionExpiry,
    approved_load: toTonnes(toKilograms(draft.load) ?? 0),
    tank: draft.hasTank
      ? {
          tank_no: tank.number.trim(),
          volume_m3: tank.volume.trim(),
          inspection_expiry: tank.expiry,
          permitted_cargo: tank.cargo,
        }
      : null,
    photos: draft.photos,
    version: draft.version,
  }
}
