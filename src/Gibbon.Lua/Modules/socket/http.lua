-- socket.http: LuaSocket's client over resty.http.
local G = ...
local ltn12 = require("ltn12")
local M = { TIMEOUT = 60, USERAGENT = "LuaSocket 3.0.0" }

local redirects = { [301] = true, [302] = true, [303] = true, [307] = true, [308] = true }

local function headers_of(given, url)
  local headers = {}
  for name, value in pairs(given or {}) do
    headers[name] = value
  end
  local user = url:match("^%a+://([^/@%?#]*)@")
  if user and not headers.authorization and not headers.Authorization then
    headers["Authorization"] = "Basic " .. ngx.encode_base64((ngx.unescape_uri(user)))
  end
  headers["User-Agent"] = headers["User-Agent"] or headers["user-agent"] or M.USERAGENT
  headers["user-agent"] = nil
  return headers
end

local function body_of(source)
  if not source then
    return nil
  end
  local parts = {}
  local ok, err = ltn12.pump.all(source, (ltn12.sink.table(parts)))
  if not ok then
    return nil, err
  end
  return table.concat(parts)
end

-- Names are in small letters, values of the same name are joined.
local function plain(headers)
  local all = {}
  for name, value in pairs(headers) do
    if type(name) == "string" then
      all[name:lower()] = type(value) == "table" and table.concat(value, ", ") or value
    end
  end
  return all
end

local function send(request, url, body, options)
  local client, err = require("resty.http").new()
  if not client then
    return nil, err
  end
  client:set_timeout((options.timeout or M.TIMEOUT) * 1000)
  local clean = url:gsub("^(%a+://)[^/@%?#]*@", "%1"):gsub("#.*$", "")
  return client:request_uri(clean, {
    method = request.method or "GET",
    headers = headers_of(request.headers, url),
    body = body,
    ssl_verify = options.verify or false,
    ssl_server_name = options.server_name,
    keepalive = false,
  })
end

local function perform(request, options)
  local url = request.url
  if not url then
    url = (request.scheme or options.scheme or "http") .. "://" .. tostring(request.host) .. (request.port and ":" .. request.port or "") .. (request.uri
      or request.path or "/")
  end
  local body, err = body_of(request.source)
  if err then
    return nil, err
  end
  local response
  for _ = 0, request.redirect == false and 0 or 5 do
    response, err = send(request, url, body, options)
    if not response then
      return nil, err
    end
    local location = response.headers["Location"]
    local method = request.method or "GET"
    if request.redirect == false or not location or not redirects[response.status] or method ~= "GET" and method ~= "HEAD" then
      break
    end
    url = require("socket.url").absolute(url, location)
  end
  if request.sink then
    local ok, problem = ltn12.pump.all(ltn12.source.string(response.body), request.sink)
    if not ok then
      return nil, problem
    end
  end
  return 1, response.status, plain(response.headers), "HTTP/1.1 " .. response.status .. " " .. (response.reason or ""), response.body
end

-- options of ssl.https; see there
function G.luasocket_request(request, body, options)
  if type(request) == "table" then
    local ok, status, headers, line = perform(request, options)
    if not ok then
      return nil, status
    end
    return ok, status, headers, line
  end
  local wanted = { url = request, method = body and "POST" or "GET" }
  if body then
    wanted.source = ltn12.source.string(body)
    wanted.headers = { ["Content-Length"] = #body, ["Content-Type"] = "application/x-www-form-urlencoded" }
  end
  local ok, status, headers, line, text = perform(wanted, options)
  if not ok then
    return nil, status
  end
  return text, status, headers, line
end

function M.request(request, body)
  return G.luasocket_request(request, body, { timeout = M.TIMEOUT })
end

return M
