// Amounts: fen inside, yuan for people.

/** ¥50.00 */
export const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`
