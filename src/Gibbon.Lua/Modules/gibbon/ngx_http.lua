-- The part of ngx that is about the request and its answer.
local G = ...
local native, current, settle, null = G.native, G.current, G.settle, G.null
local P = G.own("phases")
local type, error, tostring, select, pairs, ipairs, setmetatable, tonumber = type, error, tostring, select, pairs, ipairs, setmetatable, tonumber
local band, concat = bit.band, table.concat

local functions, http = {}, {}
local EARLY = P.rewrite + P.access
local ANSWERED = P.response + P.header_filter + P.body_filter + P.log
local WRITING = P.rewrite + P.access + P.response + P.header_filter + P.error + P.admin_api

local function is_in(phases)
  return band(current[2], phases) ~= 0
end

local function check_request(level)
  if not current[1] or current[2] == 0 then
    error("no request found", level + 1)
  end
end

-- ngx.var. What a plugin sets itself is kept with the request; some of it changes what the service gets.
local setters = {
  upstream_uri = function(value)
    local path, query = tostring(value):match("^([^?]*)%??(.*)$")
    settle(4, native.service_set_path(path))
    if query ~= "" then
      settle(4, native.service_set_raw_query(query))
    end
  end,
  upstream_host = function(value)
    settle(4, native.service_set_header("Host", tostring(value)))
  end,
  upstream_scheme = function(value)
    settle(4, native.service_set_scheme(tostring(value)))
  end,
  args = function(value)
    settle(4, native.service_set_raw_query(tostring(value)))
  end,
  upstream_x_forwarded_proto = true, upstream_x_forwarded_host = true, upstream_x_forwarded_port = true, upstream_x_forwarded_path = true,
  upstream_x_forwarded_prefix = true, upstream_x_forwarded_for = true, upstream_te = true, upstream_connection = true, upstream_upgrade = true,
  upstream_via = true, ctx_ref = true, upstream_server = true,
}

local binary = {
  binary_remote_addr = function()
    local address = native.client_forwarded_ip()
    local a, b, c, d = address:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
    return a and string.char(a, b, c, d) or address
  end,
  pid = function()
    return tostring(native.process_id())
  end,
  request_time = function()
    return string.format("%.3f", native.now() - native.request_start_time() / 1000)
  end,
  time_local = function()
    return native.format_time(nil, "local")
  end,
  msec = function()
    return string.format("%.3f", native.now())
  end,
  upstream_uri = function()
    return native.request_path()
  end,
}

local function request_variables()
  local request = current[1]
  local set = request[7]
  if not set then
    set = {}
    request[7] = set
  end
  return set
end

functions.var = setmetatable({}, {
  __index = function(_, name)
    if type(name) ~= "string" then
      return nil
    end
    check_request(2)
    local set = current[1][7]
    if set and set[name] ~= nil then
      return set[name]
    end
    local f = binary[name]
    if f then
      return f()
    end
    local value, err = native.variable(name)
    if value == G.FAILED then
      error(err, 2)
    end
    return value
  end,
  __newindex = function(_, name, value)
    check_request(2)
    local setter = setters[name]
    if not setter then
      error('variable "' .. tostring(name) .. '" not found for writing; maybe it is a built-in variable that is not changeable or you forgot to use "set $'
        .. tostring(name) .. " '';\" in the config file to define it first", 2)
    end
    if setter ~= true then
      setter(value)
    end
    request_variables()[name] = value ~= nil and tostring(value) or nil
  end,
})

-- ngx.header and ngx.status
local function header_name(name)
  return (tostring(name):gsub("_", "-"))
end

functions.header = setmetatable({}, {
  __index = function(_, name)
    check_request(2)
    if not is_in(ANSWERED) then
      local set = current[1][8]
      return set and set[header_name(name):lower()] or nil
    end
    local headers = native.response_headers()
    if headers == G.FAILED then
      return nil
    end
    return headers[header_name(name):lower()]
  end,
  __newindex = function(_, name, value)
    check_request(2)
    name = header_name(name)
    if native.response_headers_sent() then
      functions.log_err("attempt to set ngx.header." .. name .. " after sending out response headers")
      return
    end
    local request = current[1]
    request[8] = request[8] or {}
    request[8][name:lower()] = value
    if value == nil or type(value) == "table" and #value == 0 then
      settle(3, native.response_clear_header(name))
    else
      if type(value) == "table" then
        local texts = {}
        for i, item in ipairs(value) do
          texts[i] = tostring(item)
        end
        value = texts
      end
      settle(3, native.response_set_header(name, value))
    end
  end,
})

function functions.log_err(text)
  native.log_write(4, text, "", 0, nil)
end

function http.get_status()
  check_request(3)
  if is_in(ANSWERED + P.error) then
    return settle(2, native.response_status())
  end
  return G.status_of(current[1]) or 0
end

function G.status_of(request)
  return request[12]
end

function http.set_status(status)
  check_request(3)
  status = tonumber(status)
  if is_in(P.access + P.rewrite) then
    current[1][12] = status
  end
  return settle(3, native.response_set_status(status))
end

-- ngx.say and ngx.print collect; ngx.exit sends, or the end of the plugin's phase.

local function flat(parts, n, into)
  for i = 1, n do
    local part = parts[i]
    if type(part) == "table" then
      flat(part, #part, into)
    elseif part == null then
      into[#into + 1] = "null"
    else
      into[#into + 1] = tostring(part)
    end
  end
end

local function write(ending, ...)
  check_request(3)
  if not is_in(P.rewrite + P.access + P.error + P.admin_api + P.response) then
    error("API disabled in the context of " .. (G.nginx_phases[current[2]] or "?") .. "_by_lua*", 3)
  end
  local request = current[1]
  local output = request[11]
  if not output then
    output = {}
    request[11] = output
  end
  flat({ ... }, select("#", ...), output)
  if ending then
    output[#output + 1] = ending
  end
  return 1
end

function functions.say(...)
  return write("\n", ...)
end

function functions.print(...)
  return write(nil, ...)
end

function functions.flush()
  return 1
end

function functions.eof()
  return 1
end

function functions.send_headers()
  return 1
end

-- What nginx answers by itself with a page of Kong's.
local with_page = {
  [400] = true, [404] = true, [405] = true, [408] = true, [411] = true, [412] = true, [413] = true, [414] = true, [417] = true, [494] = true,
  [500] = true, [502] = true, [503] = true, [504] = true,
}

local function forget(request)
  request[11] = nil
  request[12] = nil
end

-- What was said without an exit is the answer all the same.
function G.send_said()
  local request = current[1]
  local output = request and request[11]
  if output and is_in(P.rewrite + P.access + P.response) then
    local status = request[12] or 200
    forget(request)
    settle(3, native.response_exit(status, concat(output), nil, false))
  end
end

function functions.exit(status)
  check_request(2)
  if type(status) ~= "number" then
    error("bad argument #1 to 'exit' (number expected, got " .. type(status) .. ")", 2)
  end
  local request = current[1]
  if not is_in(P.rewrite + P.access + P.error + P.admin_api + P.response) then
    return
  end
  local output = request[11]
  if output then
    settle(3, native.response_exit(request[12] or (status >= 200 and status or 200), concat(output), nil, false))
  elseif status >= 200 then
    if with_page[status] then
      settle(3, native.response_error(status))
    else
      settle(3, native.response_exit(status, nil, nil, false))
    end
  elseif status == 0 then
    forget(request)
    return G.exit()
  else
    settle(3, native.response_error(500))
  end
  forget(request)
  return G.exit()
end

local redirects = {
  [301] = "301 Moved Permanently", [302] = "302 Found", [303] = "303 See Other", [307] = "307 Temporary Redirect", [308] = "308 Permanent Redirect",
}

function functions.redirect(uri, status)
  check_request(2)
  status = status or 302
  local title = redirects[status]
  if not title then
    error("only ngx.HTTP_MOVED_TEMPORARILY, ngx.HTTP_MOVED_PERMANENTLY, ngx.HTTP_PERMANENT_REDIRECT, ngx.HTTP_SEE_OTHER, and ngx.HTTP_TEMPORARY_REDIRECT are allowed", 2)
  end
  local page = "<html>\r\n<head><title>" .. title .. "</title></head>\r\n<body>\r\n<center><h1>" .. title .. "</h1></center>\r\n</body>\r\n</html>\r\n"
  settle(3, native.response_exit(status, page, { Location = tostring(uri), ["Content-Type"] = "text/html" }, false))
  forget(current[1])
  return G.exit()
end

-- ngx.arg in a body filter
functions.arg = setmetatable({}, {
  __index = function(_, place)
    if place == 1 then
      return native.chunk_data()
    end
    if place == 2 then
      return native.chunk_is_last()
    end
    return nil
  end,
  __newindex = function(_, place, value)
    if place == 1 then
      if type(value) == "table" then
        local parts = {}
        flat(value, #value, parts)
        value = concat(parts)
      end
      native.chunk_set_data(value ~= nil and tostring(value) or nil)
    elseif place == 2 then
      native.chunk_set_last(value and true or false)
    end
  end,
})

-- ngx.req
local req = {}

function req.get_headers(max, raw)
  check_request(2)
  local headers, err = native.request_headers(max and max > 0 and max <= 1000 and max or (max == 0 and 1000) or nil)
  if headers == G.FAILED then
    error(err, 2)
  end
  return raw and headers or setmetatable(headers, G.header_names), err
end

function req.get_uri_args(max)
  check_request(2)
  return settle(2, native.request_query(max and max > 0 and max <= 1000 and max or (max == 0 and 1000) or nil))
end

function req.get_method()
  check_request(2)
  return settle(2, native.request_method())
end

function req.http_version()
  check_request(2)
  return settle(2, native.request_http_version())
end

function req.start_time()
  check_request(2)
  return settle(3, native.request_start_time()) / 1000
end

function req.is_internal()
  return false
end

function req.raw_header(no_line)
  check_request(2)
  local lines = {}
  if not no_line then
    lines[1] = native.request_method() .. " " .. native.request_path_with_query() .. " HTTP/" .. string.format("%.1f", native.request_http_version() or 1.1)
  end
  for name, value in pairs((native.request_headers(1000))) do
    if type(value) == "table" then
      for _, item in ipairs(value) do
        lines[#lines + 1] = name .. ": " .. item
      end
    else
      lines[#lines + 1] = name .. ": " .. value
    end
  end
  return concat(lines, "\r\n") .. "\r\n\r\n"
end

function req.set_header(name, value)
  check_request(2)
  if value == nil or type(value) == "table" and #value == 0 then
    return settle(2, native.service_clear_header(name))
  end
  if type(value) == "table" then
    local texts = {}
    for i, item in ipairs(value) do
      texts[i] = tostring(item)
    end
    value = texts
  end
  return settle(2, native.service_set_header(tostring(name), value))
end

function req.clear_header(name)
  check_request(2)
  return settle(2, native.service_clear_header(name))
end

function req.read_body()
  check_request(2)
  settle(3, native.request_raw_body(0))
end

function req.discard_body()
  check_request(2)
end

function req.get_body_data()
  check_request(2)
  local body = settle(3, native.request_raw_body())
  if body == "" then
    return nil
  end
  return body
end

function req.get_body_file()
  check_request(2)
  return nil
end

function req.get_post_args(max)
  check_request(2)
  local body, err = settle(3, native.request_raw_body())
  if not body then
    return nil, "request body in temp file not supported"
  end
  return ngx.decode_args(body, max)
end

function req.set_body_data(body)
  check_request(2)
  return settle(2, native.service_set_raw_body(body))
end

function req.set_method(id)
  check_request(2)
  for name, number in pairs(ngx) do
    if number == id and type(name) == "string" and name:find("^HTTP_%u+$") and id >= 2 and id ~= 200 and id ~= 100 then
      return settle(2, native.service_set_method(name:sub(6)))
    end
  end
  error("unsupported HTTP method: " .. tostring(id), 2)
end

function req.set_uri(uri, jump)
  check_request(2)
  if type(uri) ~= "string" or uri == "" then
    error("attempt to use zero-length uri", 2)
  end
  if jump then
    error("API disabled in the current context", 2)
  end
  return settle(2, native.service_set_path(uri))
end

function req.set_uri_args(args)
  check_request(2)
  if type(args) == "table" then
    args = ngx.encode_args(args)
  end
  return settle(2, native.service_set_raw_query(tostring(args)))
end

functions.req = req

functions.resp = {
  get_headers = function(max, raw)
    check_request(2)
    local headers, err = native.response_headers(max and max > 0 and max <= 1000 and max or (max == 0 and 1000) or nil)
    if headers == G.FAILED then
      error(err, 2)
    end
    return raw and headers or setmetatable(headers, G.header_names), err
  end,
  add_header = function(name, value)
    return settle(2, native.response_add_header(name, value))
  end,
}

http.functions = functions
return http
