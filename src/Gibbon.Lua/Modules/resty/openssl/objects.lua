-- resty.openssl.objects: numbers, short and long names of ASN.1 objects.
local G = ...
local O = G.own("openssl")
local C = O.C

local M = {}

function M.txt2nid(text)
  if type(text) ~= "string" then
    return nil, "objects.txt2nid: expect a string at #1"
  end
  local nid = C.OBJ_txt2nid(text)
  if nid == 0 then
    C.ERR_clear_error()
    return nil, "objects.txt2nid: invalid NID text " .. text
  end
  return nid
end

function M.txtnid2nid(some)
  if type(some) == "number" then
    return some
  end
  local nid, err = M.txt2nid(some)
  return nid, err
end

function M.nid2table(nid)
  local sn, ln = C.OBJ_nid2sn(nid), C.OBJ_nid2ln(nid)
  return { id = nid, nid = nid, sn = sn ~= nil and O.text(sn) or nil, ln = ln ~= nil and O.text(ln) or nil }
end

function M.obj2table(object)
  local nid = C.OBJ_obj2nid(object)
  local found = nid ~= 0 and M.nid2table(nid) or { nid = 0 }
  local buffer = O.ffi.new("char[128]")
  local size = C.OBJ_obj2txt(buffer, 128, object, 1)
  found.id = size > 0 and O.text(buffer) or nil
  found.sn, found.ln = found.sn or found.id, found.ln or found.id
  return found
end

M.create = M.txt2nid

return M
