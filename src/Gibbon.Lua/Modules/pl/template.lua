-- pl.template: lines that begin with # are Lua; $(…) is what an expression gives.
local M = {}

local function expand(parts, line, escape, inline, brackets)
  local at = 1
  local opening, closing = brackets:sub(1, 1), brackets:sub(2, 2)
  while true do
    local from = line:find(inline, at, true)
    while from and line:sub(from + #inline, from + #inline) ~= opening do
      from = line:find(inline, from + 1, true)
    end
    if not from then
      break
    end
    local _, to = line:find("^%b" .. opening .. closing, from + #inline)
    if not to then
      break
    end
    if from > at then
      parts[#parts + 1] = ("_put(%q)"):format(line:sub(at, from - 1))
    end
    parts[#parts + 1] = "_put(_escape(" .. line:sub(from + #inline + 1, to - 1) .. "))"
    at = to + 1
  end
  if at <= #line then
    parts[#parts + 1] = ("_put(%q)"):format(line:sub(at))
  end
end

local function code_of(text, options)
  local parts = { "local _put, _escape = ...\n" }
  local escape, inline, brackets = options.escape or "#", options.inline_escape or "$", options.inline_brackets or "()"
  for line, ending in text:gmatch("([^\n]*)(\n?)") do
    if line == "" and ending == "" then
      break
    end
    local code = line:match("^%s*" .. escape:gsub("%p", "%%%0") .. "(.*)$")
    if code then
      parts[#parts + 1] = code
    else
      expand(parts, line .. ending, escape, inline, brackets)
    end
  end
  return table.concat(parts, "\n")
end

local Compiled = {}
Compiled.__index = Compiled

function Compiled:render(env, parent)
  env = env or {}
  local out = {}
  local scope = setmetatable({}, { __index = function(_, key)
    local value = env[key]
    if value == nil and parent then
      value = parent[key]
    end
    return value
  end, __newindex = env })
  local ok, err = pcall(setfenv(assert(loadstring(self.code, self.name)), scope), function(text)
    out[#out + 1] = text
  end, function(value)
    return value == nil and "" or tostring(value)
  end)
  if not ok then
    return nil, err, self.is_debug and self.code or nil
  end
  return table.concat(out), nil, self.is_debug and self.code or nil
end

function M.compile(text, options)
  options = options or {}
  local code = code_of(text, options)
  local f, err = loadstring(code, options.chunk_name or "TMP")
  if not f then
    return nil, err, code
  end
  return setmetatable({ code = code, name = options.chunk_name or "TMP", is_debug = options.debug }, Compiled)
end

-- env may have _parent, _escape, _inline_escape, _brackets, _chunk_name and _debug.
function M.substitute(text, env)
  env = env or {}
  local made, err, code = M.compile(text, {
    escape = rawget(env, "_escape"), inline_escape = rawget(env, "_inline_escape"), inline_brackets = rawget(env, "_brackets"),
    chunk_name = rawget(env, "_chunk_name"), debug = rawget(env, "_debug"),
  })
  if not made then
    return nil, err, code
  end
  return made:render(env, rawget(env, "_parent"))
end

return M
