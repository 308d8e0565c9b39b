-- pl.url
local M = {}

function M.quote(text, is_form)
  if type(text) ~= "string" then
    return text
  end
  text = text:gsub("\n", "\r\n"):gsub("([^%w%-_%.~ ])", function(c)
    return ("%%%02X"):format(c:byte())
  end)
  return (text:gsub(" ", is_form and "+" or "%%20"))
end

function M.unquote(text)
  if type(text) ~= "string" then
    return text
  end
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end):gsub("\r\n", "\n"))
end

return M
