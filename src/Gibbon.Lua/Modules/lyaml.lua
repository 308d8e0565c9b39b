-- lyaml: YAML. null is the value of that name, here as in documents.
local G = ...
local native, settle = G.native, G.settle
local M = { null = G.null }

-- load(text[, { all = true }]): the first document, or all of them.
function M.load(text, options)
  if type(text) ~= "string" then
    error("bad argument #1 to 'load' (string expected, got " .. type(text) .. ")", 2)
  end
  local documents, err = settle(2, native.yaml_load(text))
  if not documents then
    error(err, 2)
  end
  if options == true or type(options) == "table" and options.all then
    return documents
  end
  return documents[1]
end

local words = { ["true"] = true, ["false"] = true, null = true, yes = true, no = true, on = true, off = true, ["~"] = true, [""] = true }

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(c)
    local short = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r" }
    return short[c] or ("\\x%02x"):format(c:byte())
  end) .. '"'
end

local function scalar(value)
  if value == G.null or value == nil then
    return "~"
  end
  if type(value) ~= "string" then
    if type(value) == "number" and (value ~= value or value == math.huge or value == -math.huge) then
      return value ~= value and ".nan" or value > 0 and ".inf" or "-.inf"
    end
    return type(value) == "number" and ("%.14g"):format(value) or tostring(value)
  end
  if words[value:lower()] or tonumber(value) or value:find("^[%s%-%?:,%[%]{}#&%*!|>'\"%%@`%.]") or value:find("[:#]%s") or value:find("[%c]") or value:find("[%s:]$") then
    return quoted(value)
  end
  return value
end

local write

local function item(lines, lead, value, indent, seen)
  if type(value) == "table" and next(value) ~= nil then
    lines[#lines + 1] = lead
    write(lines, value, indent, seen)
  elseif type(value) == "table" then
    lines[#lines + 1] = lead .. (lead == "" and "" or " ") .. (getmetatable(value) == G.array_mt and "[]" or "{}")
  else
    lines[#lines + 1] = lead .. (lead == "" and "" or " ") .. scalar(value)
  end
end

function write(lines, value, indent, seen)
  if seen[value] then
    error("cannot dump a table that contains itself", 0)
  end
  seen[value] = true
  if #value > 0 then
    for i = 1, #value do
      item(lines, indent .. "-", value[i], indent .. "  ", seen)
    end
  else
    local keys = {}
    for key in pairs(value) do
      keys[#keys + 1] = key
    end
    table.sort(keys, function(a, b)
      return tostring(a) < tostring(b)
    end)
    for _, key in ipairs(keys) do
      item(lines, indent .. scalar(key) .. ":", value[key], indent .. "  ", seen)
    end
  end
  seen[value] = nil
end

-- dump(documents): a list of documents as a text.
function M.dump(documents)
  local lines = {}
  for _, document in ipairs(documents) do
    if type(document) == "table" and next(document) ~= nil then
      lines[#lines + 1] = "---"
      write(lines, document, "", {})
    else
      item(lines, "---", document, "", {})
    end
    lines[#lines + 1] = "..."
  end
  return table.concat(lines, "\n") .. "\n"
end

return M
