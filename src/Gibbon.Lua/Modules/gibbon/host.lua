-- The first of our Lua in every state. Gets the functions of C#, the table of what runs now, and the package paths;
-- returns the function that coroutines run and the metatable of arrays.
--
-- Places of `current`: 1 the table of the request (false outside of one), 2 the bits of the phase, 3 the handler of the plugin
-- that runs (or false), 4 the tables of all requests, 5 what loads files of plugins.
-- Places of a request's table: 1 ngx.ctx, 2 kong.ctx.shared, a handler its kong.ctx.plugin, 5 the route, 6 the service, 7 ngx.var as far as it was set,
-- 8 ngx.header as far as it was set before there was an answer, 9 the arguments of the query,
-- 10 the request to an endpoint of the Admin API and what is to be answered, 11 what ngx.say and ngx.print have said, 12 the status set for it.
local native, current, path, cpath = ...

local FAILED, PENDING, WAITING, DONE, EXIT, null = native.marks()
local yield = coroutine.yield
local xpcall, error, load, traceback = xpcall, error, loadstring, debug.traceback

local G = {
  native = native,
  current = current,
  FAILED = FAILED,
  PENDING = PENDING,
  null = null,
  array_mt = { __jsontype = "array" },
}

-- Results of a function of C# that may fail or wait. Called in tail position, level 2 is the plugin.
local function settle(level, ...)
  local first, second = ...
  if first == PENDING then
    return settle(level, yield(WAITING))
  end
  if first == FAILED then
    error(second, level)
  end
  return ...
end
G.settle = settle

-- The plugin has answered: its coroutine is never resumed.
function G.exit()
  return yield(EXIT)
end

local own = {}

-- One of our files, which gets what we share instead of a module's name.
function G.own(name)
  local loaded = own[name]
  if loaded == nil then
    local text = native.own_module("gibbon." .. name)
    loaded = assert(load(text, "=gibbon." .. name))(G) or true
    own[name] = loaded
  end
  return loaded
end

G.system_templates = {}
for template in (package.path .. ";" .. package.cpath):gmatch("[^;]+") do
  if template:find("^/usr/share/") or template:find("^/usr/lib/") then
    G.system_templates[template] = true
  end
end

package.path = path .. ";" .. package.path
if cpath ~= "" then
  package.cpath = cpath .. ";" .. package.cpath
end

G.own("compat52")
G.own("coroutines")
G.own("modules")
G.own("getters")
ngx = G.own("ngx")
kong = G.own("kong")
current[5] = G.own("plugins")

local function failed(err)
  if type(err) == "string" then
    -- Where a hook has raised the error, it is the loop itself that is at the first level.
    return traceback(err, err:find("\3", 1, true) and 1 or 2)
  end
  return err
end

-- What every coroutine runs: one phase after the other, so that a phase need not make a coroutine. The arguments of a phase come
-- as varargs, which a loop cannot hold; so each turn is a tail call.
local function turn(ok, err)
  local request = current[1]
  if ok and request and request[11] then
    ok, err = xpcall(G.send_said, failed)
  end
  return yield(DONE, ok, err)
end

local function run(f, ...)
  return run(turn(xpcall(f, failed, ...)))
end

return run, G.array_mt
