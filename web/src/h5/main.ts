import { createApp } from 'vue'
import '@/shared/theme/tokens.css'
import '@/shared/theme/base.css'
import '@/shared/theme/pieces.css'
import '@/shared/theme/vant.css'
import './styles.css'
import App from './App.vue'
import { http } from './http'
import { startOfflineHelper } from './offlineHelper'
import { createH5Router, goToSignIn } from './router'
import { useSession } from './composables/session'

const router = createH5Router()
http.onNotSignedIn(() => {
  useSession().markSignedOut()
  void goToSignIn(router)
})
createApp(App).use(router).mount('#app')
startOfflineHelper()
