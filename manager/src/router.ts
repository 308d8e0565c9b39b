import { createRouter, createWebHistory } from 'vue-router'
import { basePath } from './api'
import { kinds } from './model/kinds'
import { forgetNames } from './model/names'
import EntityListPage from './pages/EntityListPage.vue'
import OverviewPage from './pages/OverviewPage.vue'

const paths = kinds.map((kind) => kind.path).join('|')
const form = () => import('./pages/EntityFormPage.vue')

export const router = createRouter({
  history: createWebHistory(basePath),
  routes: [
    { path: '/', component: OverviewPage, meta: { title: 'Overview' } },
    { path: '/map', component: () => import('./pages/MapPage.vue'), meta: { title: 'Map' } },
    { path: '/traffic', component: () => import('./pages/TrafficPage.vue'), meta: { title: 'Live traffic' } },
    { path: '/explain', component: () => import('./pages/ExplainPage.vue'), meta: { title: 'Explain' } },
    { path: '/data-planes', component: () => import('./pages/DataPlanesPage.vue'), meta: { title: 'Data planes' } },
    { path: '/changes', component: () => import('./pages/ChangesPage.vue'), meta: { title: 'Changes' } },
    { path: '/import', component: () => import('./pages/ImportPage.vue'), meta: { title: 'Import' } },
    { path: '/plugins/choose', component: () => import('./pages/PluginChoicePage.vue'), meta: { title: 'Choose a plugin' } },
    { path: `/:kind(${paths})`, component: EntityListPage, props: true },
    { path: `/:kind(${paths})/new`, component: form, props: true },
    { path: `/:kind(${paths})/:id`, component: () => import('./pages/EntityDetailPage.vue'), props: true },
    { path: `/:kind(${paths})/:id/edit`, component: form, props: true },
    // What belongs to another entity: the credentials of a consumer, the targets of an upstream.
    { path: '/:owner(consumers|upstreams)/:ownerId/:kind/new', component: form, props: true },
    { path: '/:owner(consumers|upstreams)/:ownerId/:kind/:id/edit', component: form, props: true },
    { path: '/:pathMatch(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: 'Not found' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.afterEach((to, from) => { if (to.path !== from.path) forgetNames() })
