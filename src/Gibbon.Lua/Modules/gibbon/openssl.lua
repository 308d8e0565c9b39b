-- libcrypto through the FFI: what resty.openssl.* and ngx.ssl call. The functions are declared under names of our own, so that a rock that declares the same ones
-- does not meet ours; pointers are `void *`, so that what such a rock has made can be handed to us and the other way round.
local ffi = require("ffi")
local rawset, setmetatable, tonumber, type, concat = rawset, setmetatable, tonumber, type, table.concat

local lib
for _, name in ipairs({ "libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64.dll" }) do
  local ok, found = pcall(ffi.load, name)
  if ok then
    lib = found
    break
  end
end
if not lib then
  error("OpenSSL 3 was not found: install the package libssl3", 0)
end

local declarations = [[
unsigned long ERR_get_error(void);
void ERR_error_string_n(unsigned long, char *, size_t);
void ERR_clear_error(void);
unsigned long OpenSSL_version_num(void);
const char *OpenSSL_version(int);
void CRYPTO_free(void *, const char *, int);

void *BIO_new(const void *);
const void *BIO_s_mem(void);
int BIO_free(void *);
int BIO_write(void *, const void *, int);
long BIO_ctrl(void *, int, long, void *);

int RAND_bytes(unsigned char *, int);
int RAND_priv_bytes(unsigned char *, int);

void *BN_new(void);
void BN_free(void *);
void *BN_dup(const void *);
void *BN_bin2bn(const void *, int, void *);
int BN_bn2binpad(const void *, unsigned char *, int);
int BN_num_bits(const void *);
int BN_hex2bn(void **, const char *);
char *BN_bn2hex(const void *);
int BN_dec2bn(void **, const char *);
char *BN_bn2dec(const void *);
int BN_cmp(const void *, const void *);
int BN_is_zero(const void *);
int BN_is_odd(const void *);
int BN_is_negative(const void *);
void BN_set_negative(void *, int);
int BN_add(void *, const void *, const void *);
int BN_sub(void *, const void *, const void *);
int BN_mul(void *, const void *, const void *, void *);
int BN_div(void *, void *, const void *, const void *, void *);
int BN_exp(void *, const void *, const void *, void *);
int BN_mod_exp(void *, const void *, const void *, const void *, void *);
int BN_gcd(void *, const void *, const void *, void *);
int BN_lshift(void *, const void *, int);
int BN_rshift(void *, const void *, int);
int BN_check_prime(const void *, void *, void *);
void *BN_CTX_new(void);
void BN_CTX_free(void *);

const void *EVP_get_digestbyname(const char *);
int EVP_MD_get_size(const void *);
const char *EVP_MD_get0_name(const void *);
void *EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(void *);
int EVP_MD_CTX_copy_ex(void *, const void *);
int EVP_DigestInit_ex(void *, const void *, void *);
int EVP_DigestUpdate(void *, const void *, size_t);
int EVP_DigestFinal_ex(void *, unsigned char *, unsigned int *);
int EVP_DigestSignInit(void *, void **, const void *, void *, void *);
int EVP_DigestSign(void *, unsigned char *, size_t *, const void *, size_t);
int EVP_DigestVerifyInit(void *, void **, const void *, void *, void *);
int EVP_DigestVerify(void *, const void *, size_t, const void *, size_t);

void *EVP_MAC_fetch(void *, const char *, const char *);
void EVP_MAC_free(void *);
void *EVP_MAC_CTX_new(void *);
void EVP_MAC_CTX_free(void *);
int EVP_MAC_init(void *, const void *, size_t, const void *);
int EVP_MAC_update(void *, const void *, size_t);
int EVP_MAC_final(void *, unsigned char *, size_t *, size_t);
size_t EVP_MAC_CTX_get_mac_size(void *);

void *EVP_KDF_fetch(void *, const char *, const char *);
void EVP_KDF_free(void *);
void *EVP_KDF_CTX_new(void *);
void EVP_KDF_CTX_free(void *);
void EVP_KDF_CTX_reset(void *);
int EVP_KDF_derive(void *, unsigned char *, size_t, const void *);

void *EVP_CIPHER_fetch(void *, const char *, const char *);
void EVP_CIPHER_free(void *);
int EVP_CIPHER_get_key_length(const void *);
int EVP_CIPHER_get_iv_length(const void *);
int EVP_CIPHER_get_block_size(const void *);
int EVP_CIPHER_get_mode(const void *);
unsigned long EVP_CIPHER_get_flags(const void *);
void *EVP_CIPHER_CTX_new(void);
void EVP_CIPHER_CTX_free(void *);
int EVP_CIPHER_CTX_set_padding(void *, int);
int EVP_CIPHER_CTX_ctrl(void *, int, int, void *);
int EVP_CipherInit_ex(void *, const void *, void *, const void *, const void *, int);
int EVP_CipherUpdate(void *, unsigned char *, int *, const void *, int);
int EVP_CipherFinal_ex(void *, unsigned char *, int *);
int EVP_BytesToKey(const void *, const void *, const void *, const void *, int, int, unsigned char *, unsigned char *);

void EVP_PKEY_free(void *);
int EVP_PKEY_up_ref(void *);
int EVP_PKEY_get_id(const void *);
int EVP_PKEY_get_base_id(const void *);
int EVP_PKEY_get_size(const void *);
int EVP_PKEY_get_bits(const void *);
int EVP_PKEY_eq(const void *, const void *);
int EVP_PKEY_get_default_digest_nid(void *, int *);
int EVP_PKEY_get_bn_param(const void *, const char *, void **);
int EVP_PKEY_get_octet_string_param(const void *, const char *, unsigned char *, size_t, size_t *);
int EVP_PKEY_get_utf8_string_param(const void *, const char *, char *, size_t, size_t *);
void *EVP_PKEY_CTX_new(void *, void *);
void *EVP_PKEY_CTX_new_from_name(void *, const char *, const char *);
void EVP_PKEY_CTX_free(void *);
int EVP_PKEY_keygen_init(void *);
int EVP_PKEY_generate(void *, void **);
int EVP_PKEY_fromdata_init(void *);
int EVP_PKEY_fromdata(void *, void **, int, const void *);
int EVP_PKEY_CTX_set_rsa_keygen_bits(void *, int);
int EVP_PKEY_CTX_set1_rsa_keygen_pubexp(void *, void *);
int EVP_PKEY_CTX_set_group_name(void *, const char *);
int EVP_PKEY_CTX_set_rsa_padding(void *, int);
int EVP_PKEY_CTX_set_rsa_pss_saltlen(void *, int);
int EVP_PKEY_CTX_set_rsa_mgf1_md(void *, const void *);
int EVP_PKEY_CTX_set_rsa_oaep_md(void *, const void *);
int EVP_PKEY_CTX_set_signature_md(void *, const void *);
int EVP_PKEY_sign_init(void *);
int EVP_PKEY_sign(void *, unsigned char *, size_t *, const void *, size_t);
int EVP_PKEY_verify_init(void *);
int EVP_PKEY_verify(void *, const void *, size_t, const void *, size_t);
int EVP_PKEY_verify_recover_init(void *);
int EVP_PKEY_verify_recover(void *, unsigned char *, size_t *, const void *, size_t);
int EVP_PKEY_encrypt_init(void *);
int EVP_PKEY_encrypt(void *, unsigned char *, size_t *, const void *, size_t);
int EVP_PKEY_decrypt_init(void *);
int EVP_PKEY_decrypt(void *, unsigned char *, size_t *, const void *, size_t);
int EVP_PKEY_derive_init(void *);
int EVP_PKEY_derive_set_peer(void *, void *);
int EVP_PKEY_derive(void *, unsigned char *, size_t *);
void *PEM_read_bio_PrivateKey(void *, void *, void *, const void *);
void *PEM_read_bio_PUBKEY(void *, void *, void *, const void *);
void *d2i_PrivateKey_bio(void *, void *);
void *d2i_PUBKEY_bio(void *, void *);
int PEM_write_bio_PUBKEY(void *, const void *);
int PEM_write_bio_PrivateKey(void *, const void *, const void *, const void *, int, void *, const void *);
int PEM_write_bio_PrivateKey_traditional(void *, const void *, const void *, const void *, int, void *, const void *);
int i2d_PUBKEY_bio(void *, const void *);
int i2d_PrivateKey_bio(void *, const void *);

void *ECDSA_SIG_new(void);
void ECDSA_SIG_free(void *);
int ECDSA_SIG_set0(void *, void *, void *);
void ECDSA_SIG_get0(const void *, const void **, const void **);
int i2d_ECDSA_SIG(const void *, unsigned char **);
void *d2i_ECDSA_SIG(void *, const unsigned char **, long);

int OBJ_txt2nid(const char *);
int OBJ_obj2nid(const void *);
const char *OBJ_nid2sn(int);
const char *OBJ_nid2ln(int);
int OBJ_obj2txt(char *, int, const void *, int);
int OBJ_find_sigid_algs(int, int *, int *);

int OPENSSL_sk_num(const void *);
void *OPENSSL_sk_value(const void *, int);
void *OPENSSL_sk_new_null(void);
int OPENSSL_sk_push(void *, const void *);
void OPENSSL_sk_pop_free(void *, void (*)(void *));

void *X509_new(void);
void X509_free(void *);
int X509_up_ref(void *);
void *PEM_read_bio_X509(void *, void *, void *, const void *);
int PEM_write_bio_X509(void *, const void *);
void *d2i_X509_bio(void *, void *);
int i2d_X509_bio(void *, const void *);
long X509_get_version(const void *);
int X509_set_version(void *, long);
void *X509_get_subject_name(const void *);
void *X509_get_issuer_name(const void *);
int X509_set_subject_name(void *, const void *);
int X509_set_issuer_name(void *, const void *);
const void *X509_get0_notBefore(const void *);
const void *X509_get0_notAfter(const void *);
int X509_set1_notBefore(void *, const void *);
int X509_set1_notAfter(void *, const void *);
const void *X509_get0_serialNumber(const void *);
int X509_set_serialNumber(void *, const void *);
void *X509_get_pubkey(const void *);
int X509_set_pubkey(void *, const void *);
int X509_sign(void *, void *, const void *);
int X509_verify(const void *, void *);
int X509_digest(const void *, const void *, unsigned char *, unsigned int *);
int X509_pubkey_digest(const void *, const void *, unsigned char *, unsigned int *);
int X509_get_signature_nid(const void *);
int X509_check_private_key(const void *, const void *);
int X509_check_host(void *, const char *, size_t, unsigned int, char **);
int X509_check_email(void *, const char *, size_t, unsigned int);
int X509_check_ip_asc(void *, const char *, unsigned int);
int X509_check_ca(void *);
int X509_get_ext_count(const void *);
int X509_get_ext_by_NID(const void *, int, int);
void *X509_get_ext(const void *, int);
int X509_add_ext(void *, const void *, int);
void *X509_get_ext_d2i(const void *, int, int *, int *);
void *X509_EXTENSION_dup(const void *);
void X509_EXTENSION_free(void *);
void *X509_EXTENSION_get_object(const void *);
void *X509_EXTENSION_get_data(const void *);
int X509_EXTENSION_get_critical(const void *);
int X509_EXTENSION_set_critical(void *, int);
void *X509V3_EXT_conf_nid(void *, void *, int, const char *);
int X509V3_EXT_print(void *, void *, unsigned long, int);
void *GENERAL_NAME_get0_value(const void *, int *);
void GENERAL_NAMES_free(void *);
void GENERAL_NAME_free(void *);

void *X509_NAME_new(void);
void X509_NAME_free(void *);
void *X509_NAME_dup(const void *);
int X509_NAME_print_ex(void *, const void *, int, unsigned long);
int X509_NAME_entry_count(const void *);
void *X509_NAME_get_entry(const void *, int);
void *X509_NAME_ENTRY_get_object(const void *);
void *X509_NAME_ENTRY_get_data(const void *);
int X509_NAME_add_entry_by_txt(void *, const char *, int, const void *, int, int, int);

int ASN1_STRING_to_UTF8(unsigned char **, const void *);
const unsigned char *ASN1_STRING_get0_data(const void *);
int ASN1_STRING_length(const void *);
void *ASN1_INTEGER_to_BN(const void *, void *);
void *BN_to_ASN1_INTEGER(const void *, void *);
void ASN1_INTEGER_free(void *);
void *ASN1_TIME_set(void *, int64_t);
void ASN1_TIME_free(void *);
int ASN1_TIME_diff(int *, int *, const void *, const void *);

void *X509_STORE_new(void);
void X509_STORE_free(void *);
int X509_STORE_up_ref(void *);
int X509_STORE_add_cert(void *, void *);
int X509_STORE_set_default_paths(void *);
int X509_STORE_load_file(void *, const char *);
int X509_STORE_load_path(void *, const char *);
int X509_STORE_set_flags(void *, unsigned long);
int X509_STORE_set_depth(void *, int);
int X509_STORE_set_purpose(void *, int);
void *X509_STORE_get1_all_certs(void *);
void *X509_STORE_CTX_new(void);
void X509_STORE_CTX_free(void *);
int X509_STORE_CTX_init(void *, void *, void *, void *);
int X509_STORE_CTX_set_default(void *, const char *);
void X509_STORE_CTX_set_flags(void *, unsigned long);
int X509_verify_cert(void *);
int X509_STORE_CTX_get_error(void *);
void *X509_STORE_CTX_get1_chain(void *);
const char *X509_verify_cert_error_string(long);
]]

ffi.cdef((declarations:gsub("([%w_]+)(%b());", 'gibbon_%1%2 __asm__("%1");')))
ffi.cdef("typedef struct { const char *key; unsigned int data_type; void *data; size_t data_size; size_t return_size; } gibbon_ossl_param;")

local C = setmetatable({}, {
  __index = function(self, name)
    local f = lib["gibbon_" .. name]
    rawset(self, name, f)
    return f
  end,
})

local M = { C = C, ffi = ffi }
local text_type = ffi.typeof("char[?]")
local bytes_type = ffi.typeof("unsigned char[?]")
local length_type = ffi.typeof("size_t[1]")
local count_type = ffi.typeof("int[1]")
local slot_type = ffi.typeof("void *[1]")

function M.bytes(n)
  return bytes_type(n)
end

function M.length(n)
  return length_type(n or 0)
end

function M.count(n)
  return count_type(n or 0)
end

function M.slot(pointer)
  return slot_type(pointer)
end

M.text = ffi.string

-- The errors that libcrypto has noted since it was last asked.
function M.err(where)
  local found, buffer = {}, text_type(256)
  for _ = 1, 16 do
    local code = C.ERR_get_error()
    if code == 0 then
      break
    end
    C.ERR_error_string_n(code, buffer, 256)
    found[#found + 1] = ffi.string(buffer)
  end
  if #found == 0 then
    return where .. ": failed"
  end
  return where .. ": " .. concat(found, " ")
end

-- What libcrypto answers with 1, or has noted an error of.
function M.answer(ok, where)
  if ok == 1 then
    return true
  end
  return nil, M.err(where)
end

-- The method that feeds texts to a context, one after the other.
function M.feeder(add, where)
  return function(self, ...)
    for i = 1, select("#", ...) do
      local text = tostring((select(i, ...)))
      if add(self.ctx, text, #text) ~= 1 then
        return nil, M.err(where)
      end
    end
    return true
  end
end

-- A pointer that is freed with the last who knows it; nil for NULL.
function M.own(pointer, free)
  if pointer == nil then
    return nil
  end
  return ffi.gc(pointer, free)
end

function M.writer()
  return M.own(C.BIO_new(C.BIO_s_mem()), C.BIO_free)
end

function M.reader(text)
  local bio = M.writer()
  C.BIO_ctrl(bio, 130, 0, nil) -- at the end it says so, instead of "later"
  C.BIO_write(bio, text, #text)
  return bio
end

function M.written(bio)
  local start = ffi.new("char *[1]")
  local n = tonumber(C.BIO_ctrl(bio, 3, 0, start))
  if n <= 0 then
    return ""
  end
  return ffi.string(start[0], n)
end

-- A text that libcrypto has allocated.
function M.take_text(pointer)
  if pointer == nil then
    return nil
  end
  local text = ffi.string(pointer)
  C.CRYPTO_free(pointer, "", 0)
  return text
end

function M.asn1_text(value)
  local out = ffi.new("unsigned char *[1]")
  local n = C.ASN1_STRING_to_UTF8(out, value)
  if n < 0 then
    C.ERR_clear_error()
    return ffi.string(C.ASN1_STRING_get0_data(value), C.ASN1_STRING_length(value))
  end
  local text = ffi.string(out[0], n)
  C.CRYPTO_free(out[0], "", 0)
  return text
end

function M.bn_bytes(bn, size)
  local least = math.floor((C.BN_num_bits(bn) + 7) / 8)
  size = size or least
  if size < least then
    return nil, "the number is longer than " .. size .. " bytes"
  end
  local buffer = bytes_type(size + 1)
  C.BN_bn2binpad(bn, buffer, size)
  return ffi.string(buffer, size)
end

function M.bn_of(bytes)
  return M.own(C.BN_bin2bn(bytes, #bytes, nil), C.BN_free)
end

local kinds = { text = 4, bytes = 5 }

-- OSSL_PARAMs: a list of { name, "number" | "text" | "bytes" | "uint", value }. The second result must live as long as the first is used.
function M.params(list)
  local array = ffi.new("gibbon_ossl_param[?]", #list + 1)
  local kept = { list }
  for i, item in ipairs(list) do
    local param, value = array[i - 1], item[3]
    local name = text_type(#item[1] + 1, item[1])
    kept[#kept + 1] = name
    param.key = name
    if item[2] == "number" then -- bytes of a number, most significant first, as libcrypto does not want them
      local size = math.max(1, #value)
      local data = bytes_type(size)
      for at = 1, #value do
        data[at - 1] = value:byte(#value - at + 1)
      end
      kept[#kept + 1] = data
      param.data_type, param.data, param.data_size = 2, data, size
    elseif item[2] == "uint" then
      local data = ffi.new("uint64_t[1]", value)
      kept[#kept + 1] = data
      param.data_type, param.data, param.data_size = 2, data, 8
    elseif item[2] == "int" then
      local data = ffi.new("int32_t[1]", value)
      kept[#kept + 1] = data
      param.data_type, param.data, param.data_size = 1, data, 4
    else
      local data = bytes_type(#value + 1, value)
      kept[#kept + 1] = data
      param.data_type, param.data, param.data_size = kinds[item[2]], data, #value
    end
    param.return_size = ffi.cast("size_t", -1)
  end
  return array, kept
end

function M.digest_named(name)
  local md = C.EVP_get_digestbyname((type(name) == "string" and name or "sha1"):lower())
  if md == nil then
    return nil
  end
  return md
end

return M
