-- mime: encodings of LuaSocket, as functions and as filters for ltn12.
local ltn12 = require("ltn12")
local M = { _VERSION = "MIME 1.0.3" }
local encoders, decoders = {}, {}

-- b64(text[, rest]): what can be encoded of whole groups, and what is left over; without a rest, all of it.
function M.b64(text, more)
  if text == nil then
    return nil, nil
  end
  if more == nil then
    return ngx.encode_base64(text), ""
  end
  local all = text .. more
  local size = #all - #all % 3
  return ngx.encode_base64(all:sub(1, size)), all:sub(size + 1)
end

function M.unb64(text)
  if text == nil then
    return nil, nil
  end
  return ngx.decode_base64((text:gsub("%s+", ""))), ""
end

function M.qp(text)
  if text == nil then
    return nil, nil
  end
  return (text:gsub("[^\32-\60\62-\126\r\n\t]", function(c)
    return ("=%02X"):format(c:byte())
  end):gsub("([ \t])(\r?\n)", function(space, ending)
    return ("=%02X"):format(space:byte()) .. ending
  end)), ""
end

function M.unqp(text)
  if text == nil then
    return nil, nil
  end
  return (text:gsub("=\r?\n", ""):gsub("=(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end)), ""
end

-- Lines of so many bytes at most.
function M.wrp(left, text, size)
  size = size or 76
  if text == nil then
    return left < size and "\r\n" or nil, size
  end
  local parts = {}
  for at = 1, #text do
    local c = text:sub(at, at)
    if c == "\n" then
      parts[#parts + 1] = "\r\n"
      left = size
    elseif c ~= "\r" then
      if left <= 0 then
        parts[#parts + 1] = "\r\n"
        left = size
      end
      parts[#parts + 1] = c
      left = left - 1
    end
  end
  return table.concat(parts), left
end

function M.eol(_, text, marker)
  if text == nil then
    return nil, 0
  end
  return (text:gsub("\r\n", "\n"):gsub("\r", "\n"):gsub("\n", marker or "\r\n")), 0
end

encoders["base64"] = function()
  local rest = ""
  return function(chunk)
    if chunk == nil then
      local last = rest
      rest = ""
      return last ~= "" and ngx.encode_base64(last) or nil
    end
    local encoded
    encoded, rest = M.b64(rest, chunk)
    return encoded
  end
end

decoders["base64"] = function()
  local rest = ""
  return function(chunk)
    local all = (rest .. (chunk or "")):gsub("%s+", "")
    local size = chunk and #all - #all % 4 or #all
    rest = all:sub(size + 1)
    if chunk == nil and all == "" then
      return nil
    end
    return ngx.decode_base64(all:sub(1, size)) or ""
  end
end

encoders["quoted-printable"] = function()
  return function(chunk)
    return (M.qp(chunk))
  end
end

decoders["quoted-printable"] = function()
  return function(chunk)
    return (M.unqp(chunk))
  end
end

local function choose(list)
  return function(name, ...)
    local make = list[name or "base64"]
    if not make then
      error("unknown key (" .. tostring(name) .. ")", 2)
    end
    return make(...)
  end
end

M.encodet, M.decodet = encoders, decoders
M.encode, M.decode = choose(encoders), choose(decoders)

function M.wrap(_, size)
  size = size or 76
  return ltn12.filter.cycle(function(left, chunk)
    return M.wrp(left, chunk, size)
  end, size)
end

function M.normalize(marker)
  return ltn12.filter.cycle(M.eol, 0, marker)
end

return M
