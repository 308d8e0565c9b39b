-- The phases of Kong, their bits, and the errors of functions that are called in the wrong one.
local G = ...
local current = G.current
local band, error, concat = bit.band, error, table.concat

local P = {
  init_worker = 0x1,
  certificate = 0x2,
  client_hello = 0x8,
  rewrite = 0x10,
  access = 0x20,
  balancer = 0x40,
  response = 0x80,
  cluster_listener = 0x100,
  header_filter = 0x200,
  body_filter = 0x400,
  log = 0x2000,
  preread = 0x4000,
  error = 0x1000000,
  admin_api = 0x10000000,
}
P.request = P.rewrite + P.access + P.balancer + P.response + P.cluster_listener + P.header_filter + P.body_filter + P.log + P.error + P.admin_api

local order = {
  "init_worker", "certificate", "client_hello", "rewrite", "access", "balancer", "response", "cluster_listener", "header_filter",
  "body_filter", "log", "preread", "error", "admin_api",
}

local names = {}
for _, name in ipairs(order) do
  names[P[name]] = name
end

local function list(bits)
  local found = {}
  for _, name in ipairs(order) do
    if band(bits, P[name]) ~= 0 then
      found[#found + 1] = name
    end
  end
  return concat(found, ", ")
end

local function name(bits)
  return names[bits] or "'unknown phase'"
end

-- Raises at the caller of the function that calls this, unless one of the phases runs.
function G.check(allowed)
  local phase = current[2]
  if band(phase, allowed) ~= 0 then
    return
  end
  if phase == 0 then
    error("no phase in ngx.ctx.KONG_PHASE, (need one of " .. list(allowed) .. ")", 3)
  end
  error("function cannot be called in " .. name(phase) .. " phase (only in: " .. list(allowed) .. ")", 3)
end

-- The same for what may be called anywhere but at the start.
function G.check_not_init()
  local phase = current[2]
  if phase == P.init_worker then
    error("function cannot be called in init_worker phase (can be called in any phases except: init_worker)", 3)
  end
end

-- nginx's words for the phases.
G.nginx_phases = {
  [0] = "timer",
  [P.init_worker] = "init_worker",
  [P.certificate] = "ssl_cert",
  [P.client_hello] = "ssl_client_hello",
  [P.rewrite] = "rewrite",
  [P.access] = "access",
  [P.balancer] = "balancer",
  [P.response] = "access",
  [P.header_filter] = "header_filter",
  [P.body_filter] = "body_filter",
  [P.log] = "log",
  [P.preread] = "preread",
  [P.error] = "content",
  [P.admin_api] = "content",
}

return P
