-- The cookies of resty.session. A long one is cut into several: name, name2, name3 …
local M = {}
local PIECE, MOST = 4000, 9

local function piece_name(name, at)
  return at == 1 and name or name .. at
end

local function each(header)
  return tostring(header or ""):gmatch("([^=;%s]+)=([^;]*)")
end

local function header_text()
  local header = ngx.req.get_headers()["cookie"]
  return type(header) == "table" and table.concat(header, "; ") or header
end

function M.read(name)
  local found = {}
  for key, value in each(header_text()) do
    found[key] = found[key] or value
  end
  local count, first = (found[name] or ""):match("^(%d)%.(.*)$")
  if not count then
    return nil
  end
  local pieces = { first }
  for at = 2, tonumber(count) do
    pieces[at] = found[piece_name(name, at)]
    if not pieces[at] then
      return nil
    end
  end
  return table.concat(pieces)
end

local function attributes(options, age)
  local parts = { "; Path=" .. (options.cookie_path or "/") }
  if options.cookie_domain then
    parts[#parts + 1] = "; Domain=" .. options.cookie_domain
  end
  if options.cookie_same_site and options.cookie_same_site ~= "off" then
    parts[#parts + 1] = "; SameSite=" .. options.cookie_same_site
  end
  local secure = options.cookie_secure
  if secure == nil then
    secure = ngx.var.scheme == "https"
  end
  if secure then
    parts[#parts + 1] = "; Secure"
  end
  if options.cookie_http_only then
    parts[#parts + 1] = "; HttpOnly"
  end
  if age then
    parts[#parts + 1] = "; Expires=" .. ngx.cookie_time(ngx.time() + age) .. "; Max-Age=" .. age
  end
  return table.concat(parts)
end

-- Sets cookies; those of the same names that were to be set are set no more.
local function put(lines)
  local kept, before = {}, ngx.header["Set-Cookie"]
  for _, line in ipairs(type(before) == "table" and before or { before }) do
    local name = line:match("^([^=]*)=")
    if not lines[name] then
      kept[#kept + 1] = line
    end
  end
  for _, name in ipairs(lines) do
    kept[#kept + 1] = lines[name]
  end
  ngx.header["Set-Cookie"] = kept
end

local function add(lines, name, line)
  lines[#lines + 1] = name
  lines[name] = line
end

-- Pieces that are needed no more are taken back.
local function take_back(lines, options, from)
  local present = {}
  for key in each(header_text()) do
    present[key] = true
  end
  for at = from, MOST do
    local name = piece_name(options.cookie_name, at)
    if present[name] or at == 1 then
      add(lines, name, name .. "=" .. attributes(options) .. "; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0")
    end
  end
end

function M.write(options, value, age)
  local count = math.ceil((#value + 2) / PIECE)
  if count > MOST then
    return nil, "the session is too large for cookies"
  end
  value = count .. "." .. value
  local lines, tail = {}, attributes(options, age)
  for at = 1, count do
    local name = piece_name(options.cookie_name, at)
    add(lines, name, name .. "=" .. value:sub((at - 1) * PIECE + 1, at * PIECE) .. tail)
  end
  take_back(lines, options, count + 1)
  put(lines)
  return true
end

function M.clear(options)
  local lines = {}
  take_back(lines, options, 1)
  put(lines)
  return true
end

function M.hide(name)
  local own, kept = {}, {}
  for at = 1, MOST do
    own[piece_name(name, at)] = true
  end
  for key, value in each(header_text()) do
    if not own[key] then
      kept[#kept + 1] = key .. "=" .. value
    end
  end
  if #kept == 0 then
    ngx.req.clear_header("Cookie")
  else
    ngx.req.set_header("Cookie", table.concat(kept, "; "))
  end
end

return M
