import { createRouter, createWebHistory } from 'vue-router'
import { basePath } from './api'
import { kinds } from './model/kinds'
import { forgetNames } from './model/names'
import EntityListPage from './pages/EntityListPage.vue'
import OverviewPage from './pages/OverviewPage.vue'

const paths = kinds.map((kind) => kind.path).join('|')
// Pages are made anew when the gateway has come back, but not what somebody has typed.
const form = { component: () => import('./pages/EntityFormPage.vue'), props: true, meta: { keepsTyping: true } }

export const router = createRouter({
  history: createWebHistory(basePath),
  routes: [
    { path: '/', component: OverviewPage },
    { path: '/map', component: () => import('./pages/MapPage.vue') },
    { path: '/traffic', component: () => import('./pages/TrafficPage.vue') },
    { path: '/explain', component: () => import('./pages/ExplainPage.vue'), meta: { keepsTyping: true } },
    { path: '/data-planes', component: () => import('./pages/DataPlanesPage.vue') },
    { path: '/changes', component: () => import('./pages/ChangesPage.vue') },
    { path: '/import', component: () => import('./pages/ImportPage.vue'), meta: { keepsTyping: true } },
    { path: '/plugins/choose', component: () => import('./pages/PluginChoicePage.vue') },
    { path: `/:kind(${paths})`, component: EntityListPage, props: true },
    { path: `/:kind(${paths})/new`, ...form },
    { path: `/:kind(${paths})/:id`, component: () => import('./pages/EntityDetailPage.vue'), props: true },
    { path: `/:kind(${paths})/:id/edit`, ...form },
    // What belongs to another entity: the credentials of a consumer, the targets of an upstream.
    { path: '/:owner(consumers|upstreams)/:ownerId/:kind/new', ...form },
    { path: '/:owner(consumers|upstreams)/:ownerId/:kind/:id/edit', ...form },
    { path: '/:pathMatch(.*)*', component: () => import('./pages/NotFoundPage.vue') },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.afterEach((to, from) => { if (to.path !== from.path) forgetNames() })
