import { ElOption as KitOption, ElSelect as KitSelect } from 'element-plus'
import 'element-plus/es/components/option/style/css'
import 'element-plus/es/components/select/style/css'
import type { Component } from 'vue'

/** The kit's own types of these two do not stand `exactOptionalPropertyTypes`: text would have to be a prop's definition. */
export const ElSelect: Component = KitSelect
export const ElOption: Component = KitOption
