-- ngx.re: by PCRE2. C# gives the places of the groups.
local G = ...
local native = G.native
local type, error, select, tostring, concat, sub, pairs = type, error, select, tostring, table.concat, string.sub, pairs

local re = {}

local names = {}
local function names_of(pattern, options)
  local key = options .. "\0" .. pattern
  local known = names[key]
  if not known then
    known = { native.regex_names(pattern, options) }
    names[key] = known
  end
  return known
end

-- Groups as a table: unmatched ones are false, except that trailing ones are not there.
local function captures(subject, pattern, options, target, ...)
  local count = select("#", ...)
  local places = { ... }
  for i = 1, count, 2 do
    local from, to = places[i], places[i + 1]
    target[(i - 1) / 2] = from > 0 and sub(subject, from, to) or false
  end
  local named = names_of(pattern, options)
  for i = 2, #named, 2 do
    local value = target[named[i + 1]]
    if target[named[i]] == nil or target[named[i]] == false then
      target[named[i]] = value
    end
  end
  return target, places[1], places[2]
end

local function text(value, name)
  if type(value) == "string" then
    return value
  end
  if type(value) == "number" then
    return tostring(value)
  end
  error("bad argument to '" .. name .. "' (string expected, got " .. type(value) .. ")", 3)
end

local function finish(subject, pattern, options, ctx, target, first, second, ...)
  if first == nil then
    return nil, second
  end
  local found, _, to = captures(subject, pattern, options, target or {}, first, second, ...)
  if ctx then
    ctx.pos = to + 1
  end
  return found
end

function re.match(subject, pattern, options, ctx, target)
  subject, pattern, options = text(subject, "match"), text(pattern, "match"), options or ""
  return finish(subject, pattern, options, ctx, target, native.regex_match(subject, pattern, options, ctx and ctx.pos or 1))
end

function re.find(subject, pattern, options, ctx, nth)
  subject, pattern, options = text(subject, "find"), text(pattern, "find"), options or ""
  local places = { native.regex_match(subject, pattern, options, ctx and ctx.pos or 1) }
  if places[1] == nil then
    return nil, nil, places[2]
  end
  if ctx then
    ctx.pos = places[2] + 1
  end
  local at = (nth or 0) * 2
  if places[at + 1] == nil or places[at + 1] < 0 then
    return nil, nil
  end
  return places[at + 1], places[at + 2]
end

function re.gmatch(subject, pattern, options)
  subject, pattern, options = text(subject, "gmatch"), text(pattern, "gmatch"), options or ""
  local at = 1
  return function()
    if not at then
      return nil
    end
    local places = { native.regex_match(subject, pattern, options, at) }
    if places[1] == nil then
      at = nil
      return nil, places[2]
    end
    at = places[2] + 1
    if places[2] < places[1] then
      at = places[1] + 1
    end
    if at > #subject + 1 then
      at = nil
    end
    return (captures(subject, pattern, options, {}, unpack(places)))
  end
end

-- A template of replacement: $1, ${1}, $0 and $$.
local function fill(template, found)
  if type(template) == "function" then
    return tostring(template(found))
  end
  return (template:gsub("%$([%$%d{]?)(%d*)(}?)", function(mark, digits, close)
    if mark == "$" then
      return "$" .. digits .. close
    end
    if mark == "{" then
      return found[tonumber(digits)] or ""
    end
    return (found[tonumber(mark .. digits)] or "") .. close
  end))
end

local function substitute(subject, pattern, replacement, options, once)
  local parts, at, from, count = {}, 1, 1, 0
  while from <= #subject + 1 do
    local places = { native.regex_match(subject, pattern, options, from) }
    if places[1] == nil then
      if places[2] then
        return nil, nil, places[2]
      end
      break
    end
    count = count + 1
    parts[#parts + 1] = sub(subject, at, places[1] - 1)
    parts[#parts + 1] = fill(replacement, (captures(subject, pattern, options, {}, unpack(places))))
    at = places[2] + 1
    if places[2] < places[1] then
      parts[#parts + 1] = sub(subject, places[1], places[1])
      at = places[1] + 1
    end
    from = at
    if once then
      break
    end
  end
  parts[#parts + 1] = sub(subject, at)
  return concat(parts), count
end

function re.sub(subject, pattern, replacement, options)
  return substitute(text(subject, "sub"), text(pattern, "sub"), replacement, options or "", true)
end

function re.gsub(subject, pattern, replacement, options)
  return substitute(text(subject, "gsub"), text(pattern, "gsub"), replacement, options or "", false)
end

return re
