import { createRouter, createWebHistory, type RouteRecordRaw, type Router } from 'vue-router'
import { useSession } from './composables/session'

declare module 'vue-router' {
  interface RouteMeta {
    title?: string
    /** Pages without a session lead to the sign-in page and come back. */
    needsSession?: boolean
    /** Where the back arrow leads when there is no page before this one. */
    parent?: string
  }
}

/** Told to the offline bar: a page was wanted whose code is not on the phone. */
export const PAGE_NOT_LOADED = 'page-not-loaded'

const visitor = (path: string, title: string, parent: string, component: RouteRecordRaw['component']) =>
  ({ path: `/visitor${path}`, component, meta: { title, parent, needsSession: true } }) as RouteRecordRaw

const logistics = (path: string, title: string, parent: string, component: RouteRecordRaw['component']) =>
  ({ path: `/logistics${path}`, component, meta: { title, parent, needsSession: true } }) as RouteRecordRaw

const canteen = (path: string, title: string, parent: string, component: RouteRecordRaw['component']) =>
  ({ path: `/canteen${path}`, component, meta: { title, parent, needsSession: true } }) as RouteRecordRaw

const visitsPage = () => import('./pages/visitor/VisitsPage.vue')
const visitPage = () => import('./pages/visitor/VisitPage.vue')

const REGISTRATIONS = '/logistics/registrations'

const routes: RouteRecordRaw[] = [
  { path: '/', component: () => import('./pages/HomePage.vue'), meta: { title: '东南电化' } },
  { path: '/sign-in', component: () => import('./pages/SignInPage.vue'), meta: { title: '登录', parent: '/' } },
  visitor('', '访客预约', '/', () => import('./pages/visitor/VisitorHome.vue')),
  visitor('/reserve', '预约登记', '/visitor', () => import('./pages/visitor/ReservePage.vue')),
  visitor('/visits', '我的预约', '/visitor', visitsPage),
  visitor('/visits/:id', '预约详情', '/visitor/visits', visitPage),
  visitor('/visits/:id/change', '修改预约', '/visitor/visits', () => import('./pages/visitor/ChangePage.vue')),
  visitor('/approvals', '我的审批', '/visitor', () => import('./pages/visitor/ApprovalsPage.vue')),
  visitor('/approvals/:id', '审批', '/visitor/approvals', () => import('./pages/visitor/ApprovalPage.vue')),
  visitor('/saved', '我的访客信息', '/visitor', () => import('./pages/visitor/SavedPage.vue')),
  logistics('', '智慧物流', '/', () => import('./pages/logistics/LogisticsHome.vue')),
  logistics('/register', '登记', '/logistics', () => import('./pages/logistics/RegisterPage.vue')),
  logistics('/registrations', '我的单据', '/logistics', () => import('./pages/logistics/RegistrationsPage.vue')),
  logistics('/registrations/:id', '单据详情', REGISTRATIONS, () => import('./pages/logistics/RegistrationPage.vue')),
  logistics('/registrations/:id/change', '修改登记', REGISTRATIONS, () => import('./pages/logistics/ChangePage.vue')),
  logistics('/registrations/:id/sign-off', '签收', REGISTRATIONS, () => import('./pages/logistics/SignOffPage.vue')),
  logistics('/queue', '排队', '/logistics', () => import('./pages/logistics/QueuePage.vue')),
  logistics('/vehicles', '车辆档案', '/logistics', () => import('./pages/logistics/VehiclesPage.vue')),
  logistics('/vehicles/:plate', '车辆', '/logistics/vehicles', () => import('./pages/logistics/VehiclePage.vue')),
  logistics('/people', '人员档案', '/logistics', () => import('./pages/logistics/PeoplePage.vue')),
  logistics('/people/:no', '人员', '/logistics/people', () => import('./pages/logistics/PersonPage.vue')),
  logistics('/report', '入场报备', '/logistics', () => import('./pages/logistics/ReportPage.vue')),
  logistics('/reports', '报备记录', '/logistics', () => import('./pages/logistics/ReportsPage.vue')),
  canteen('', '餐卡服务', '/', () => import('./pages/canteen/CanteenHome.vue')),
  canteen('/bind', '绑定管理', '/canteen', () => import('./pages/canteen/BindPage.vue')),
  canteen('/top-up', '充值', '/canteen', () => import('./pages/canteen/TopUpPage.vue')),
  canteen('/top-ups', '充值记录', '/canteen', () => import('./pages/canteen/TopUpsPage.vue')),
  canteen('/top-ups/:id', '充值详情', '/canteen', () => import('./pages/canteen/ResultPage.vue')),
  canteen('/records', '账单', '/canteen', () => import('./pages/canteen/RecordsPage.vue')),
  canteen('/cards', '餐卡挂失', '/canteen', () => import('./pages/canteen/CardsPage.vue')),
  {
    path: '/me/privacy',
    component: () => import('./pages/ConsentsPage.vue'),
    meta: { title: '隐私与授权', parent: '/me', needsSession: true },
  },
  { path: '/news', component: () => import('./pages/NewsPage.vue'), meta: { title: '企业动态', parent: '/' } },
  { path: '/privacy', component: () => import('./pages/PrivacyPage.vue'), meta: { title: '隐私说明', parent: '/' } },
  { path: '/me', component: () => import('./pages/MePage.vue'), meta: { title: '我的', needsSession: true } },
  {
    path: '/office-sign-in',
    component: () => import('./pages/OfficeSignInPage.vue'),
    meta: { title: '登录管理端', parent: '/', needsSession: true },
  },
  {
    path: '/:rest(.*)*',
    component: () => import('./pages/NotFoundPage.vue'),
    meta: { title: '没有这个页面', parent: '/' },
  },
]

export function createH5Router(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  })
  router.beforeEach(async (to) => {
    if (!to.meta.needsSession) return true
    const state = await useSession().ensure()
    return state === 'signed_out' ? signInPlace(to.fullPath) : true
  })
  router.afterEach((to) => {
    document.title = to.meta.title ?? '东南电化'
  })
  reloadOnLostChunk(router)
  fetchPassPagesEarly(router)
  return router
}

const signInPlace = (returnTo: string) => ({ path: '/sign-in', query: { return_to: returnTo }, replace: true })

/** Called when any answer says the session is gone; coming back leads to the same page. */
export async function goToSignIn(router: Router): Promise<void> {
  const here = router.currentRoute.value
  if (here.meta.needsSession) await router.replace(signInPlace(here.fullPath))
}

/** The pages that show a pass must open without network later: their code is fetched as soon as one page is quiet. */
function fetchPassPagesEarly(router: Router): void {
  const stop = router.afterEach((to) => {
    if (!to.meta.needsSession) return
    stop()
    setTimeout(() => void Promise.allSettled([visitsPage(), visitPage()]), 2_000)
  })
}

/** After a new release the old page's chunks are gone: load the page anew, once. */
function reloadOnLostChunk(router: Router): void {
  const KEY = 'campus.reloaded'
  router.onError((_error, to) => {
    if (sessionStorage.getItem(KEY) === to.fullPath) return
    if (!navigator.onLine) return void document.dispatchEvent(new Event(PAGE_NOT_LOADED))
    sessionStorage.setItem(KEY, to.fullPath)
    location.assign(to.fullPath)
  })
}
