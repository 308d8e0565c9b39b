-- kong.tools.sandbox: runs text as Lua, with what `untrusted_lua` allows.
local M = {}

local plain = {
  "_VERSION", "assert", "error", "ipairs", "next", "pairs", "pcall", "select", "tonumber", "tostring", "type", "unpack", "xpcall",
  "bit.arshift", "bit.band", "bit.bnot", "bit.bor", "bit.bswap", "bit.bxor", "bit.lshift", "bit.rol", "bit.ror", "bit.rshift", "bit.tobit", "bit.tohex",
  "coroutine.create", "coroutine.resume", "coroutine.running", "coroutine.status", "coroutine.wrap", "coroutine.yield",
  "io.type", "jit.os", "jit.arch", "jit.version", "jit.version_num",
  "math.abs", "math.acos", "math.asin", "math.atan", "math.atan2", "math.ceil", "math.cos", "math.cosh", "math.deg", "math.exp", "math.floor",
  "math.fmod", "math.frexp", "math.huge", "math.ldexp", "math.log", "math.log10", "math.max", "math.min", "math.modf", "math.pi", "math.pow",
  "math.rad", "math.random", "math.sin", "math.sinh", "math.sqrt", "math.tan", "math.tanh",
  "os.clock", "os.date", "os.difftime", "os.time",
  "string.byte", "string.char", "string.find", "string.format", "string.gmatch", "string.gsub", "string.len", "string.lower", "string.match",
  "string.rep", "string.reverse", "string.sub", "string.upper",
  "table.clear", "table.clone", "table.concat", "table.foreach", "table.foreachi", "table.getn", "table.insert", "table.isarray", "table.isempty",
  "table.maxn", "table.move", "table.new", "table.nkeys", "table.pack", "table.remove", "table.sort", "table.unpack", "_KONG",
}

-- kong and ngx as a sandboxed function sees them: all of them is there, and nothing of it can be replaced for others.
local function guarded_kong()
  return setmetatable({ configuration = kong.configuration.remove_sensitive() }, { __index = kong })
end

local passed_on = { status = true, ctx = true }

local function guarded_ngx()
  return setmetatable({}, {
    __index = ngx,
    __newindex = function(self, key, value)
      if passed_on[key] then
        ngx[key] = value
      else
        rawset(self, key, value)
      end
    end,
  })
end

local function copy_path(from, into, path)
  local names = {}
  for name in path:gmatch("[^.]+") do
    names[#names + 1] = name
  end
  for i = 1, #names - 1 do
    from = type(from) == "table" and from[names[i]] or nil
    if from == nil then
      return
    end
    local next_into = rawget(into, names[i])
    if type(next_into) ~= "table" then
      next_into = {}
      into[names[i]] = next_into
    end
    into = next_into
  end
  if type(from) == "table" then
    into[names[#names]] = from[names[#names]]
  end
end

local function list_of(name)
  local value = kong.configuration[name]
  if type(value) == "table" then
    return value
  end
  local list = {}
  for item in tostring(value or ""):gmatch("[^,%s]+") do
    list[#list + 1] = item
  end
  return list
end

local function mode()
  return kong.configuration.untrusted_lua or "sandbox"
end

local base
-- What every sandboxed function sees; made once per state.
local function environment()
  if base then
    return base
  end
  base = {}
  for _, path in ipairs(plain) do
    copy_path(_G, base, path)
  end
  base.kong, base.ngx = guarded_kong(), guarded_ngx()
  local modules = {}
  for _, name in ipairs(list_of("untrusted_lua_sandbox_requires")) do
    modules[name] = true
  end
  function base.require(name)
    if not modules[name] then
      error("require '" .. tostring(name) .. "' not allowed within sandbox", 2)
    end
    return require(name)
  end
  for _, path in ipairs(list_of("untrusted_lua_sandbox_environment")) do
    copy_path(_G, base, path)
  end
  return base
end

local disabled = "loading of untrusted Lua code disabled because 'untrusted_lua' config option is set to 'off'"

-- The text as a function. Its globals are its own: they do not change what others see.
function M.sandbox(code)
  local configured = mode()
  if configured == "off" then
    error(disabled, 2)
  end
  -- As text only: LuaJIT does not check bytecode, which could reach anything.
  local f = assert(load(code, code, "t"))
  return setfenv(f, setmetatable({}, { __index = configured == "sandbox" and environment() or _G }))
end

local granted
-- What the settings let code see that has variables of its own in the place of the language's.
function M.granted()
  if mode() ~= "sandbox" then
    return _G
  end
  if not granted then
    granted = { require = environment().require }
    for _, path in ipairs(list_of("untrusted_lua_sandbox_environment")) do
      copy_path(_G, granted, path)
    end
  end
  return granted
end

-- Whether a text is Lua; it is not run.
function M.validate_safe(code)
  local ok, err = pcall(M.sandbox, code)
  if not ok then
    return false, "Error parsing function: " .. err
  end
  return true
end

-- The function that a text gives when it is run, or false and why there is none.
function M.validate_function(code)
  local ok, f = pcall(M.sandbox, code)
  if not ok then
    return false, "Error parsing function: " .. f
  end
  local ran, result = pcall(f)
  if ran and type(result) == "function" then
    return result
  end
  return false, "Bad return value from function, expected function type, got " .. type(result)
end

function M.validate(code)
  local f, err = M.validate_function(code)
  if not f then
    return false, err
  end
  return true
end

function M.parse(code)
  return assert(M.validate_function(code))
end

M.configuration = setmetatable({}, {
  __index = function(_, key)
    if key == "enabled" then
      return mode() ~= "off"
    end
    if key == "sandbox_enabled" then
      return mode() == "sandbox"
    end
    return nil
  end,
})

return M
