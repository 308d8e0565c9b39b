-- kong.log
local G = ...
local native, current, settle, check = G.native, G.current, G.settle, G.check
local P = G.own("phases")
local type, error, select, tostring, concat, getinfo = type, error, select, tostring, table.concat, debug.getinfo
local SETTING = P.rewrite + P.access + P.header_filter + P.response + P.body_filter + P.log

local levels = { emerg = 1, alert = 2, crit = 3, err = 4, warn = 5, notice = 6, info = 7, debug = 8 }

local function text(n, ...)
  if n == 1 then
    return tostring((...))
  end
  local parts = { ... }
  for i = 1, n do
    parts[i] = tostring(parts[i])
  end
  return concat(parts, "", 1, n)
end

-- The plugin that runs, as far as the logger has no name of its own.
local function namespace(logger)
  if logger.namespace then
    return logger.namespace
  end
  local handler = current[3]
  return handler and G.plugin_names[handler] or nil
end

local function write(logger, level, line, depth)
  local info = getinfo(depth + 1, "Sln")
  native.log_write(level, line, info and info.short_src or "?", info and info.currentline or 0, namespace(logger), logger.format, info and info.name or "")
end

local make

local function level_function(logger, level)
  return function(...)
    local n = select("#", ...)
    if n == 0 then
      error("bad argument #1 to 'select' (number expected, got no value)", 2)
    end
    if native.log_enabled(level) then
      write(logger, level, text(n, ...), 2)
    end
  end
end

local function inspector(logger)
  local self = { is_on = true }
  function self.on()
    self.is_on = true
  end
  function self.off()
    self.is_on = false
  end
  return setmetatable(self, {
    __call = function(_, ...)
      if not self.is_on or not native.log_enabled(levels.notice) then
        return
      end
      local inspect = require("inspect")
      local parts = { ... }
      for i = 1, select("#", ...) do
        parts[i] = inspect(parts[i])
      end
      write(logger, levels.notice, concat(parts, " ", 1, select("#", ...)), 2)
    end,
  })
end

local function deprecation(logger)
  return function(...)
    local n = select("#", ...)
    local last = select(n, ...)
    local schedule = ""
    if n > 0 and type(last) == "table" then
      n = n - 1
      if last.after and last.removal then
        schedule = " (deprecated after " .. last.after .. ", scheduled for removal in " .. last.removal .. ")"
      elseif last.after then
        schedule = " (deprecated after " .. last.after .. ")"
      elseif last.removal then
        schedule = " (scheduled for removal in " .. last.removal .. ")"
      end
      if last.trace then
        schedule = schedule .. debug.traceback("", 2)
      end
    end
    if native.log_enabled(levels.warn) then
      write(logger, levels.warn, text(n, ...) .. schedule, 2)
    end
  end
end

function make(name, format)
  local log = { namespace = name, format = format }
  local public = {}
  for word, level in pairs(levels) do
    public[word] = level_function(log, level)
  end

  public.trace = function() end
  public.inspect = inspector(log)
  public.deprecation = deprecation(log)

  function public.set_format(fmt)
    if fmt ~= nil and type(fmt) ~= "string" then
      error("format must be a string", 2)
    end
    log.format = fmt
  end

  function public.new(ns, fmt)
    if type(ns) ~= "string" then
      error("namespace must be a string", 2)
    end
    if ns == "" then
      error("namespace cannot be an empty string", 2)
    end
    if fmt ~= nil then
      if type(fmt) ~= "string" then
        error("format must be a string if specified", 2)
      end
      if fmt == "" then
        error("format cannot be an empty string if specified", 2)
      end
    end
    return make(ns, fmt)
  end

  local modes = { set = true, add = true, replace = true }
  function public.set_serialize_value(key, value, options)
    check(SETTING)
    if type(key) ~= "string" then
      error("key must be a string", 2)
    end
    local mode = options and options.mode or "set"
    if not modes[mode] then
      error("mode must be 'set', 'add' or 'replace'", 2)
    end
    return settle(2, native.log_set_serialize_value(key, value, mode))
  end

  function public.serialize()
    check(P.log)
    return settle(2, native.log_serialize())
  end

  return setmetatable(public, {
    __call = function(_, ...)
      if native.log_enabled(levels.notice) then
        write(log, levels.notice, text(select("#", ...), ...), 2)
      end
    end,
  })
end

return make()
