-- resty.openssl.version
local G = ...
local O = G.own("openssl")
local number = tonumber(O.C.OpenSSL_version_num())

return {
  version_num = number,
  version_text = O.text(O.C.OpenSSL_version(0)),
  version = function(kind)
    return O.text(O.C.OpenSSL_version(kind))
  end,
  VERSION = 0, CFLAGS = 1, BUILT_ON = 2, PLATFORM = 3, DIR = 4, ENGINES_DIR = 5,
  OPENSSL_3X = true, OPENSSL_111 = false, OPENSSL_11 = false, OPENSSL_10 = false, OPENSSL_11_OR_LATER = true, OPENSSL_111_OR_LATER = true,
  BORINGSSL = false, FIPS = false,
}
