import { localeContextKey } from 'element-plus'
import zhCn from 'element-plus/es/locale/lang/zh-cn'
import { createApp, ref } from 'vue'
import '@/shared/theme/tokens.css'
import '@/shared/theme/base.css'
import '@/shared/theme/pieces.css'
import '@/shared/theme/element.css'
import './styles.css'
import App from './App.vue'
import { http } from './http'
import { createAdminRouter, signInPlace } from './router'
import { useOfficeSession } from './session'

const router = createAdminRouter()
http.onNotSignedIn(() => {
  useOfficeSession().forget()
  const here = router.currentRoute.value
  if (!here.meta.isPublic) void router.replace(signInPlace(here.fullPath))
})
createApp(App).use(router).provide(localeContextKey, ref(zhCn)).mount('#app')
