/** The checks that the office may pass over, in the groups an exception is chosen from. */
export const CHECK_GROUPS: readonly { title: string; checks: Record<string, string> }[] = [
  {
    title: '车辆',
    checks: {
      vehicle_suspended: '车辆已停用',
      trailer_missing: '未填挂车',
      road_permit_expired: '道路运输证过期',
      road_permit_class_missing: '运输证不含此类危险品',
      vehicle_inspection_expired: '车辆年检过期',
      overload: '超过核定载质量',
    },
  },
  {
    title: '罐体',
    checks: {
      tank_missing: '没有罐体信息',
      tank_inspection_expired: '罐体检验过期',
      cargo_not_permitted: '罐体不适装该产品',
    },
  },
  {
    title: '驾驶员',
    checks: {
      driver_suspended: '驾驶员已停用',
      driver_licence_expired: '驾驶证过期',
      driver_qualification_expired: '驾驶员从业资格过期',
      driver_qualification_class_missing: '驾驶员资格不含此类危险品',
    },
  },
  {
    title: '押运员',
    checks: {
      escort_missing: '未填押运员',
      escort_is_driver: '押运员就是驾驶员',
      escort_suspended: '押运员已停用',
      escort_qualification_expired: '押运员从业资格过期',
      escort_qualification_class_missing: '押运员资格不含此类危险品',
    },
  },
  {
    title: '电子运单',
    checks: {
      waybill_missing: '没有电子运单',
      waybill_plate_differs: '运单车牌不一致',
      waybill_goods_differ: '运单货物不一致',
      waybill_quantity_differs: '运单数量不一致',
    },
  },
]

const WAIVABLE: Record<string, string> = Object.assign({}, ...CHECK_GROUPS.map(({ checks }) => checks))

/** Those that nobody passes over: what is not in the archive cannot be named to LE, what is not in the tanks cannot be had. */
const OTHERS: Record<string, string> = {
  vehicle_unknown: '车辆未建档',
  trailer_unknown: '挂车未建档',
  driver_unknown: '驾驶员未建档',
  escort_unknown: '押运员未建档',
  stock_not_confirmed: '库存未确认',
  stock_not_enough: '库存不足',
}

/** A check in words; an unknown one is shown as it came. */
export function checkName(code: string): string {
  return WAIVABLE[code] ?? OTHERS[code] ?? code
}

/** Only what may be passed over, each once: what a link asks to be chosen beforehand. */
export function waivableChecks(codes: readonly string[]): string[] {
  return [...new Set(codes)].filter((code) => code in WAIVABLE)
}
