import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router'
import { homeOf } from './menu'
import { useOfficeSession } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    isPublic?: boolean
  }
}

export const signInPlace = (returnTo: string) => ({ path: '/admin/sign-in', query: { return_to: returnTo } })

const LOGISTICS: RouteRecordRaw[] = [
  ['registrations', '提送货登记', () => import('./pages/logistics/RegistrationsPage.vue')],
  ['stock', '库存与占用', () => import('./pages/logistics/StockPage.vue')],
  ['stock/:code', '产品库存', () => import('./pages/logistics/ProductPage.vue')],
  ['lanes', '装卸车道', () => import('./pages/logistics/LanesPage.vue')],
  ['reports', '入场报备', () => import('./pages/logistics/ReportsPage.vue')],
  ['vehicles', '车辆档案', () => import('./pages/logistics/VehiclesPage.vue')],
  ['people', '人员档案', () => import('./pages/logistics/PeoplePage.vue')],
  ['waivers', '例外放行', () => import('./pages/logistics/WaiversPage.vue')],
].map(([path, title, component]) => ({ path: `logistics/${path}`, component, meta: { title } }) as RouteRecordRaw)

const CANTEEN: RouteRecordRaw[] = [
  ['topups', '充值记录', () => import('./pages/canteen/TopUpsPage.vue')],
  ['records', '消费记录', () => import('./pages/canteen/RecordsPage.vue')],
  ['users', '餐卡用户', () => import('./pages/canteen/BoundUsersPage.vue')],
  ['reconciliation', '对账', () => import('./pages/canteen/ReconciliationPage.vue')],
  ['sync', '数据同步', () => import('./pages/canteen/SyncPage.vue')],
].map(([path, title, component]) => ({ path: `canteen/${path}`, component, meta: { title } }) as RouteRecordRaw)

export function createAdminRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      {
        path: '/admin/sign-in',
        component: () => import('./pages/SignInPage.vue'),
        meta: { isPublic: true, title: '登录' },
      },
      {
        path: '/admin/logistics/wall',
        component: () => import('./pages/logistics/WallPage.vue'),
        meta: { title: '车道大屏' },
      },
      {
        path: '/admin',
        component: () => import('./components/AdminShell.vue'),
        children: [
          { path: '', component: () => import('./pages/HomePage.vue'), meta: { title: '首页' } },
          { path: 'visits', component: () => import('./pages/VisitsPage.vue'), meta: { title: '访客预约' } },
          { path: 'passages', component: () => import('./pages/PassagesPage.vue'), meta: { title: '出入记录' } },
          { path: 'blocked', component: () => import('./pages/BlockedPage.vue'), meta: { title: '黑名单' } },
          ...LOGISTICS,
          ...CANTEEN,
          { path: 'pushes', component: () => import('./pages/PushesPage.vue'), meta: { title: '推送' } },
          { path: 'notices', component: () => import('./pages/NoticesPage.vue'), meta: { title: '通知记录' } },
          { path: 'users', component: () => import('./pages/UsersPage.vue'), meta: { title: '用户管理' } },
          { path: 'menu', component: () => import('./pages/MenuPage.vue'), meta: { title: '公众号菜单' } },
          { path: 'migration', component: () => import('./pages/MigrationPage.vue'), meta: { title: '账号迁移' } },
          { path: 'purges', component: () => import('./pages/PurgesPage.vue'), meta: { title: '数据清理记录' } },
          { path: 'audit', component: () => import('./pages/AuditPage.vue'), meta: { title: '操作记录' } },
          { path: ':rest(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: '没有这个页面' } },
        ],
      },
    ],
  })
  router.beforeEach(async (to) => {
    if (to.meta.isPublic) return true
    const user = await useOfficeSession().ensure()
    if (user === null) return { ...signInPlace(to.fullPath), replace: true }
    return to.path.replace(/\/$/, '') === '/admin' ? (homeOf(user) ?? true) : true
  })
  router.afterEach((to) => {
    document.title = `${to.meta.title ?? '管理端'} · 东南电化管理端`
  })
  return router
}
