-- multipart: bodies of multipart/form-data.
local M = {}
local form = {}
form.__index = form

local function boundary_of(content_type)
  if type(content_type) == "table" then
    content_type = content_type[1]
  end
  return type(content_type) == "string" and (content_type:match('[;%s][bB][oO][uU][nN][dD][aA][rR][yY]="([^"]+)"')
    or content_type:match("[;%s][bB][oO][uU][nN][dD][aA][rR][yY]=([^;%s]+)")) or nil
end

local function read_part(text)
  local head, value = text:match("^(.-)\r?\n\r?\n(.*)$")
  if not head then
    head, value = "", text:gsub("^\r?\n", "")
  end
  local part = { headers = {}, value = value }
  for line in head:gmatch("[^\r\n]+") do
    part.headers[#part.headers + 1] = line
    local name, rest = line:match("^([^:]+):%s*(.*)$")
    if name and name:lower() == "content-disposition" then
      part.name = rest:match('[;%s]name="([^"]*)"') or rest:match("[;%s]name=([^;%s]+)")
      part.filename = rest:match('[;%s]filename="([^"]*)"')
    end
  end
  return part
end

local function parse(body, boundary)
  local parts = {}
  local at = select(2, ("\r\n" .. body):find("\n--" .. boundary, 1, true))
  body = "\r\n" .. body
  while at do
    if body:sub(at + 1, at + 2) == "--" then
      break
    end
    local start = body:find("\n", at, true)
    local from, to = body:find("\n--" .. boundary, at, true)
    if not start or not from then
      break
    end
    local stop = body:sub(from - 1, from - 1) == "\r" and from - 2 or from - 1
    local part = read_part(body:sub(start + 1, stop))
    if part.name then
      parts[#parts + 1] = part
    end
    at = to
  end
  return parts
end

local function new(body, content_type)
  local self = setmetatable({ parts = {}, boundary = boundary_of(content_type) }, form)
  self._content_type = content_type
  self._boundary = self.boundary
  if body and self.boundary then
    self.parts = parse(body, self.boundary)
  end
  return self
end

function form:get(name)
  for _, part in ipairs(self.parts) do
    if part.name == name then
      return part
    end
  end
  return nil
end

function form:get_all()
  local all = {}
  for _, part in ipairs(self.parts) do
    all[part.name] = part.value
  end
  return all
end

function form:get_as_array(name)
  local values = {}
  for _, part in ipairs(self.parts) do
    if part.name == name then
      values[#values + 1] = part.value
    end
  end
  return values
end

function form:get_all_as_arrays()
  local all = {}
  for _, part in ipairs(self.parts) do
    all[part.name] = all[part.name] or {}
    table.insert(all[part.name], part.value)
  end
  return all
end

-- One value alone, several in a list.
function form:get_all_with_arrays()
  local all = {}
  for name, values in pairs(self:get_all_as_arrays()) do
    all[name] = #values == 1 and values[1] or values
  end
  return all
end

function form:delete(name)
  for at = #self.parts, 1, -1 do
    if self.parts[at].name == name then
      table.remove(self.parts, at)
    end
  end
end

local function clean(text)
  return (tostring(text):gsub('[\r\n"]', function(c)
    return c == '"' and "%22" or ""
  end))
end

local function simple(name, value, filename, content_type)
  local headers = { 'Content-Disposition: form-data; name="' .. clean(name) .. '"' .. (filename and '; filename="' .. clean(filename) .. '"' or "") }
  if content_type then
    headers[2] = "Content-Type: " .. clean(content_type)
  end
  return { name = name, value = value, filename = filename, headers = headers }
end

function form:set_simple(name, value, filename, content_type)
  local known = self:get(name)
  local part = simple(name, value, filename, content_type)
  if known then
    known.value, known.headers, known.filename = part.value, part.headers, part.filename
  else
    self.parts[#self.parts + 1] = part
  end
end

function form:set_array_fields(name, values)
  self:delete(name)
  for _, value in ipairs(values) do
    self.parts[#self.parts + 1] = simple(name, value)
  end
end

function form:tostring()
  local lines = {}
  for _, part in ipairs(self.parts) do
    lines[#lines + 1] = "--" .. self.boundary
    for _, header in ipairs(part.headers) do
      lines[#lines + 1] = header
    end
    lines[#lines + 1] = ""
    lines[#lines + 1] = tostring(part.value)
  end
  lines[#lines + 1] = "--" .. self.boundary .. "--"
  return table.concat(lines, "\r\n") .. "\r\n"
end
form.__tostring = form.tostring

return setmetatable(M, {
  __call = function(_, body, content_type)
    return new(body, content_type)
  end,
})
