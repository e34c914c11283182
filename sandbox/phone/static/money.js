// Amounts: fen inside, yuan for people.

const TWO_PLACES = { minimumFractionDigits: 2, maximumFractionDigits: 2 }

/** ¥1,050.00 */
export const yuan = (fen) => `¥${(fen / 100).toLocaleString('zh-CN', TWO_PLACES)}`
