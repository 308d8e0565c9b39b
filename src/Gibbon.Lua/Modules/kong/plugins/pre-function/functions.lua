-- What pre-function and post-function have in common.
local sandbox = require("kong.tools.sandbox")
local M = {}

local phases = { "certificate", "rewrite", "access", "header_filter", "body_filter", "log" }

-- A chunk runs as it is, unless the first run gives a function: then that is what runs, and what the chunk has set up stays.
local function chunk_of(code)
  local run = sandbox.sandbox(code)
  local has_run = false
  return function()
    if has_run then
      run()
      return
    end
    has_run = true
    local result = run()
    if type(result) == "function" then
      run = result
      run()
    end
  end
end

-- The chunks of each configuration, for as long as somebody holds it.
local compiled = setmetatable({}, { __mode = "k" })

local function chunks_of(conf, phase)
  local by_phase = compiled[conf]
  if not by_phase then
    by_phase = {}
    compiled[conf] = by_phase
  end
  local chunks = by_phase[phase]
  if not chunks then
    chunks = {}
    for i, code in ipairs(conf[phase] or {}) do
      chunks[i] = chunk_of(code)
    end
    by_phase[phase] = chunks
  end
  return chunks
end

function M.handler(priority)
  local handler = { PRIORITY = priority, VERSION = kong.version }
  for _, phase in ipairs(phases) do
    handler[phase] = function(_, conf)
      local chunks = chunks_of(conf, phase)
      for i = 1, #chunks do
        chunks[i]()
      end
    end
  end
  return handler
end

function M.schema(name)
  local typedefs = require("kong.db.schema.typedefs")
  local function parses(code)
    local _, err = load(code, code, "t")
    if err then
      return false, "error parsing " .. name .. ": " .. err
    end
    return true
  end

  local fields, paths = {}, {}
  for i, phase in ipairs(phases) do
    fields[i] = {
      [phase] = { required = true, default = {}, type = "array", elements = { type = "string", required = false, custom_validator = parses } },
    }
    paths[i] = "config." .. phase
  end
  return {
    name = name,
    fields = {
      { consumer = typedefs.no_consumer },
      { protocols = typedefs.protocols },
      { config = { type = "record", fields = fields } },
    },
    entity_checks = { { at_least_one_of = paths } },
  }
end

return M
