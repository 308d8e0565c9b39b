-- resty.session: sessions in an encrypted cookie, or in a shared dictionary or Redis with only their key in the cookie. One object serves both of the library's interfaces: the newer
-- get/set/save, and the older `session.data`.
local G = ...
local json, cookies, stores = require("cjson.safe"), G.own("session_cookie"), G.own("session_store")
local ciphers = require("resty.openssl.cipher")
local type, pairs, ipairs, tostring, setmetatable = type, pairs, ipairs, tostring, setmetatable

local M = { _VERSION = "4.1.2" }
local session = {}
session.__index = session

local defaults = {
  storage = "cookie", audience = "default", idling_timeout = 900, rolling_timeout = 3600, absolute_timeout = 86400, remember = false,
  remember_rolling_timeout = 604800, remember_absolute_timeout = 2592000, touch_threshold = 60,
  cookie_name = "session", cookie_path = "/", cookie_same_site = "Lax", cookie_http_only = true, dictionary = "kong",
}
local configured = {}

function M.init(config)
  configured = config or {}
end

-- What all states of the gateway use when nobody says a secret.
local function common_secret()
  local dict = ngx.shared.kong
  dict:add("resty.session:secret", G.native.hex(G.native.random_bytes(32)))
  return dict:get("resty.session:secret")
end

-- The older interface has its options of the cookie in a table of their own.
local function options_of(given)
  local options = {}
  for _, source in ipairs({ defaults, configured, given or {} }) do
    for key, value in pairs(source) do
      options[key] = value
    end
    local cookie = type(source.cookie) == "table" and source.cookie or {}
    for _, name in ipairs({ "path", "domain", "secure" }) do
      if cookie[name] ~= nil then
        options["cookie_" .. name] = cookie[name]
      end
    end
    options.cookie_name = source.name or options.cookie_name
    options.cookie_same_site = cookie.samesite or options.cookie_same_site
    options.cookie_http_only = cookie.httponly == nil and options.cookie_http_only or cookie.httponly
    options.rolling_timeout = cookie.lifetime or options.rolling_timeout
    options.idling_timeout = cookie.idletime or options.idling_timeout
    options.remember = cookie.persistent or options.remember
  end
  options.secret = options.secret or common_secret()
  return options
end

local function key_of(self)
  if not self.key then
    self.key = G.native.hash("sha256", "session cookie of " .. self.options.cookie_name .. "\0" .. self.options.secret)
  end
  return self.key
end

local function seal(self, text)
  local iv = G.native.random_bytes(12)
  local cipher = ciphers.new("aes-256-gcm")
  local sealed, err = cipher:encrypt(key_of(self), iv, text, false, self.options.cookie_name)
  if not sealed then
    return nil, err
  end
  return iv .. cipher:get_aead_tag(16) .. sealed
end

local function unseal(self, bytes)
  if #bytes < 28 then
    return nil
  end
  return (ciphers.new("aes-256-gcm"):decrypt(key_of(self), bytes:sub(1, 12), bytes:sub(29), false, self.options.cookie_name, bytes:sub(13, 28)))
end

local function fresh(self)
  local now = ngx.time()
  self.meta = { created = now, rolled = now, used = now, id = G.native.base64_encode(G.native.random_bytes(32), true) }
  self.data, self.present, self.started, self.state = {}, false, false, "new"
  self.id = self.meta.id
end

function M.new(given)
  local self = setmetatable({ options = options_of(given) }, session)
  self.name, self.secret, self.cookie = self.options.cookie_name, self.options.secret, {}
  self.audience, self.remember = self.options.audience, self.options.remember
  fresh(self)
  return self
end

local function is_over(age, limit)
  return limit and limit > 0 and age > limit
end

local function is_alive(self, meta)
  local options, now = self.options, ngx.time()
  local rolling, absolute = options.rolling_timeout, options.absolute_timeout
  if meta.remember then
    rolling, absolute = options.remember_rolling_timeout, options.remember_absolute_timeout
  elseif is_over(now - meta.used, options.idling_timeout) then
    return false, "session idling timeout exceeded"
  end
  if is_over(now - meta.rolled, rolling) then
    return false, "session rolling timeout exceeded"
  end
  if is_over(now - meta.created, absolute) then
    return false, "session absolute timeout exceeded"
  end
  return true
end

local function stored(self, bytes)
  local store = stores[self.options.storage]
  if not store then
    return bytes
  end
  return store.get(self.options, bytes)
end

-- Reads what the client has brought: whether it is a session, and if not, why.
function session:open()
  local cookie = cookies.read(self.options.cookie_name)
  local bytes = cookie and G.native.base64_decode(cookie, true)
  local text = bytes and unseal(self, bytes)
  local problem
  if text then
    text, problem = stored(self, text)
  end
  local content = text and json.decode(text)
  if type(content) ~= "table" or type(content.meta) ~= "table" then
    return false, problem or cookie and "invalid session cookie" or "missing session cookie"
  end
  local audience = content.data[self.audience]
  local alive, err = is_alive(self, content.meta)
  if not alive or not audience then
    return false, err or "missing session audience"
  end
  self.meta, self.content, self.id = content.meta, content.data, content.meta.id
  self.data, self.subject = audience.data, audience.subject
  self.remember = content.meta.remember or self.remember
  self.present, self.opened, self.state, self.dirty = true, true, "open", false
  return true
end

function M.open(given)
  local self = M.new(given)
  if self.options.storage ~= "cookie" and not stores[self.options.storage] then
    return nil, "not supported: storage of sessions \"" .. tostring(self.options.storage) .. "\""
  end
  local exists, err = self:open()
  return self, not exists and err or nil, exists
end

-- Opens, and renews what is about to run out: the session, an error, whether there was one, whether it was renewed.
function M.start(given)
  local self, err, exists = M.open(given)
  if not self then
    return nil, err
  end
  self.started = true
  if not exists then
    return self, nil, false, false
  end
  local now, rolling = ngx.time(), self.options.rolling_timeout
  if rolling and rolling > 0 and now - self.meta.rolled > rolling * 0.75 then
    return self, nil, true, self:refresh() == true
  end
  if now - self.meta.used >= self.options.touch_threshold then
    self:touch()
  end
  return self, nil, true, false
end

function session:start()
  self:open()
  self.started = true
  return self, nil, self.present
end

function session:save()
  local now = ngx.time()
  self.meta.used, self.meta.remember = now, self.remember and true or nil
  local data = self.content or {}
  data[self.audience] = { data = self.data, subject = self.subject }
  self.content = data
  local text, err = json.encode({ meta = self.meta, data = data })
  if not text then
    return nil, err
  end
  local store = stores[self.options.storage]
  if store then
    local ok
    ok, err = store.set(self.options, self.meta.id, text)
    if not ok then
      return nil, err
    end
    text = self.meta.id
  end
  local sealed
  sealed, err = seal(self, text)
  if not sealed then
    return nil, err
  end
  local ok, problem = cookies.write(self.options, G.native.base64_encode(sealed, true), self.remember and self.options.remember_rolling_timeout or nil)
  if not ok then
    return nil, problem
  end
  self.state, self.present, self.opened = "open", true, true
  return true
end

function session:touch()
  return self:save()
end

function session:refresh()
  self.meta.rolled = ngx.time()
  return self:save()
end

local function forget(self)
  local store = stores[self.options.storage]
  if store then
    store.delete(self.options, self.meta.id)
  end
end

-- The same data under another identity, or none of it.
function session:regenerate(flush)
  forget(self)
  local data, started = self.data, self.started
  self.content = nil
  fresh(self)
  self.data, self.started = flush and {} or data, started
  return self:save()
end

function session:destroy()
  forget(self)
  fresh(self)
  self.content = nil
  self.state = "closed"
  return cookies.clear(self.options)
end

-- Only the audience goes, and the session with the last of them.
function session:logout()
  local content = self.content or {}
  content[self.audience] = nil
  local other = next(content)
  if not other then
    return self:destroy()
  end
  self.audience, self.data, self.subject = other, content[other].data, content[other].subject
  return self:save()
end

local function on_opened(name)
  M[name] = function(given)
    local self, err, exists = M.open(given)
    if not self then
      return nil, err
    end
    if not exists then
      return nil, err, false, false
    end
    local ok, problem = self[name](self)
    return ok, problem, true, ok == true
  end
end

on_opened("logout")
on_opened("destroy")

function session:close()
  self.state = "closed"
  return true
end

function session:get(key)
  return self.data[key]
end

function session:set(key, value)
  self.data[key] = value
end

function session:get_data()
  return self.data
end

function session:set_data(data)
  self.data = data
end

function session:get_subject()
  return self.subject
end

function session:set_subject(subject)
  self.subject = subject
end

function session:get_audience()
  return self.audience
end

function session:set_audience(audience)
  self.audience = audience
end

function session:get_remember()
  return self.remember
end

function session:set_remember(remember)
  self.remember = remember
end

function session:get_property(name)
  local options, now = self.options, ngx.time()
  local properties = {
    id = self.meta.id, nonce = self.meta.id, audience = self.audience, subject = self.subject,
    timeout = options.rolling_timeout and options.rolling_timeout - (now - self.meta.rolled),
    ["idling-timeout"] = options.idling_timeout and options.idling_timeout - (now - self.meta.used),
    ["rolling-timeout"] = options.rolling_timeout and options.rolling_timeout - (now - self.meta.rolled),
    ["absolute-timeout"] = options.absolute_timeout and options.absolute_timeout - (now - self.meta.created),
  }
  return properties[name]
end

-- The service does not see the cookie.
function session:clear_request_cookie()
  cookies.hide(self.options.cookie_name)
end
session.hide = session.clear_request_cookie

return M
