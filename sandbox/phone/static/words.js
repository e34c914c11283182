// Words of the logistics consoles.

export const STATES = {
  registered: ['amber', '已登记'], card_issued: ['blue', '已发卡'], queued: ['blue', '排队中'], called: ['amber', '已叫号'], entered: ['amber', '已进厂'],
  tared: ['amber', '已一次过磅'], loading: ['amber', '装卸中'], weighed: ['green', '已过磅'], exited: ['green', '已出厂'], signed: ['green', '已签收'],
  cancelled: ['', '已取消'], rejected: ['red', '已拒绝'], empty_out: ['', '空车出厂'],
}
export const PRODUCTS = { NAOH32: '液碱 32%', NAOH48: '液碱 48%', HCL31: '盐酸 31%', CL2: '液氯', SALT: '工业盐' }
export const productName = (code) => PRODUCTS[code] ?? code
