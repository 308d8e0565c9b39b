namespace Gibbon.Lua.Tests;

/// <summary><c>resty.openssl</c> and what is made of it, with the vectors of their standards.</summary>
public sealed class CryptoModuleTests(ModuleTests.Evaluator evaluator) : IClassFixture<ModuleTests.Evaluator>
{
    [Theory]
    [InlineData("hex(require('resty.openssl.digest').new('sha256'):final('abc'))", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("hex(require('resty.sha224').new():final('abc'))", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
    [InlineData("hex(require('resty.openssl.hmac').new('key', 'sha256'):final('The quick brown fox jumps over the lazy dog'))", "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8")]
    [InlineData("hex(require('resty.openssl.mac').new('key', 'HMAC', nil, 'sha1'):final('The quick brown fox jumps over the lazy dog'))", "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9")]
    [InlineData("select(2, require('resty.openssl.digest').new('sha7'))", "digest.new: invalid digest type \"sha7\"")]
    [InlineData("hex(kdf.derive({ type = kdf.PBKDF2, outlen = 20, pass = 'password', salt = 'salt', md = 'sha1', pbkdf2_iter = 2 }))", "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957")]
    [InlineData("hex(kdf.derive({ type = kdf.HKDF, outlen = 42, hkdf_key = ('\\11'):rep(22), salt = unhex('000102030405060708090a0b0c'), hkdf_info = unhex('f0f1f2f3f4f5f6f7f8f9'), md = 'sha256' }))", "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")]
    [InlineData("hex(kdf.derive({ type = kdf.SCRYPT, outlen = 16, pass = 'password', salt = 'NaCl', scrypt_N = 1024, scrypt_r = 8, scrypt_p = 16 }))", "fdbabe1c9d3472007856e7190d01e9fe")]
    [InlineData("hex(cipher.new('aes-128-cbc'):encrypt(unhex('2b7e151628aed2a6abf7158809cf4f3c'), unhex('000102030405060708090a0b0c0d0e0f'), unhex('6bc1bee22e409f96e93d7e117393172a'), true))", "7649abac8119b246cee98e9b12e9197d")]
    [InlineData("(function() local c = cipher.new('aes-256-gcm') local e = c:encrypt(('k'):rep(32), ('i'):rep(12), 'hello', false, 'aad') return cipher.new('aes-256-gcm'):decrypt(('k'):rep(32), ('i'):rep(12), e, false, 'aad', c:get_aead_tag()) end)()", "hello")]
    [InlineData("(function() local c = cipher.new('aes-256-gcm') local e = c:encrypt(('k'):rep(32), ('i'):rep(12), 'hello') return tostring(cipher.new('aes-256-gcm'):decrypt(('k'):rep(32), ('i'):rep(12), e, false, 'other', c:get_aead_tag())) end)()", "nil")]
    [InlineData("select(2, cipher.new('aes-128-cbc'):encrypt('short', 'iv', 'x'))", "cipher:init: incorrect key size, expect 16")]
    [InlineData("select(2, cipher.new('aes-128-cbc'):encrypt(('k'):rep(16), 'iv', 'x'))", "cipher:init: incorrect iv size, expect 16")]
    [InlineData("hex(require('resty.aes'):new('AKeyForAES'):encrypt('hello'))", "aa9e16011001441050ebacd82fd6d7d2")]
    [InlineData("(function() local aes = require('resty.aes') local g = aes:new(('k'):rep(32), nil, aes.cipher(256, 'gcm'), { iv = ('v'):rep(12) }) local r = g:encrypt('secret') return g:decrypt(r[1], r[2]) end)()", "secret")]
    [InlineData("(function() local hmac = require('resty.hmac') local h = hmac:new('key', hmac.ALGOS.SHA1) h:update('The quick brown fox jumps over the lazy dog') return h:final(nil, true) end)()", "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9")]
    [InlineData("tostring(bn.new(10) * bn.new(12) + 1) .. (bn.from_hex('ff') + 1):to_hex() .. tostring(bn.new(2):mod_exp(10, 1000))", "121010024")]
    [InlineData("#require('resty.openssl.rand').bytes(33)", "33")]
    [InlineData("require('resty.openssl').x509 == require('resty.openssl.x509')", "true")]
    public async Task A_module_computes_what_the_standards_say(string expression, string expected) =>
        Assert.Equal(expected, await EvaluateAsync("return " + expression));

    [Theory]
    [InlineData("{ type = 'RSA', bits = 2048 }")]
    [InlineData("{ type = 'EC', curve = 'prime256v1' }")]
    [InlineData("{ type = 'EC', curve = 'secp521r1' }")]
    [InlineData("{ type = 'Ed25519' }")]
    public async Task A_key_signs_and_comes_back_from_every_format(string kind)
    {
        string found = await EvaluateAsync($$"""
            local key = assert(pkey.new({{kind}}))
            local signature = assert(key:sign("text"))
            local public = assert(pkey.new(assert(key:tostring("public"))))
            local found = { public:verify(signature, "text"), public:verify(signature, "other"), public:is_private(), key:is_private() }
            for _, format in ipairs({ "PEM", "DER", "JWK" }) do
              local again = assert(pkey.new(assert(key:tostring("private", format))))
              found[#found + 1] = again:tostring("private") == key:tostring("private")
              found[#found + 1] = assert(pkey.new(assert(key:tostring("public", format)))):tostring("public") == key:tostring("public")
            end
            found[#found + 1] = select(2, public:sign("text"))
            for i, value in ipairs(found) do found[i] = tostring(value) end
            return table.concat(found, " ")
            """);

        Assert.Equal("true false false true true true true true true true pkey:sign: not a private key", found);
    }

    [Fact]
    public async Task A_key_of_RSA_signs_digests_pads_and_encrypts()
    {
        string found = await EvaluateAsync("""
            local key = assert(pkey.new({ type = "RSA", bits = 2048 }))
            local P = pkey.PADDINGS
            local digest = require("resty.openssl.digest").new("sha512")
            digest:update("te", "xt")
            local signature = assert(key:sign(digest))
            local pss = assert(key:sign("text", "sha256", P.RSA_PKCS1_PSS_PADDING))
            return table.concat({
              tostring(key:verify(signature, "text", "sha512")), tostring(key:verify(pss, "text", "sha256", P.RSA_PKCS1_PSS_PADDING)),
              tostring(key:verify(pss, "text", "sha256")), key:decrypt(assert(key:encrypt("a"))),
              key:decrypt(assert(key:encrypt("b", P.RSA_PKCS1_OAEP_PADDING)), P.RSA_PKCS1_OAEP_PADDING), key:verify_recover(key:sign_raw("c")),
              tostring(key:get_parameters().e) }, " ")
            """);

        Assert.Equal("true true false a b c 65537", found);
    }

    [Fact]
    public async Task Keys_of_curves_sign_raw_and_agree_on_a_secret()
    {
        string found = await EvaluateAsync("""
            local key = assert(pkey.new({ type = "EC", curve = "secp384r1" }))
            local raw = assert(key:sign("text", "sha384", nil, { ecdsa_use_raw = true }))
            local a, b = pkey.new({ type = "X25519" }), pkey.new({ type = "X25519" })
            return #raw .. " " .. tostring(key:verify(raw, "text", "sha384", nil, { ecdsa_use_raw = true })) .. " "
              .. select(2, key:verify("short", "text", "sha384", nil, { ecdsa_use_raw = true })) .. " " .. tostring(a:derive(b) == b:derive(a))
            """);

        Assert.Equal("96 true pkey:verify: expected a signature of 96 bytes true", found);
    }

    [Fact]
    public async Task A_certificate_is_made_read_and_verified()
    {
        string found = await EvaluateAsync("""
            local x509, store = require("resty.openssl.x509"), require("resty.openssl.x509.store").new()
            local key = assert(pkey.new({ type = "EC" }))
            local cert = x509.new()
            cert:set_version(3)
            cert:set_serial_number(bn.new(4242))
            cert:set_not_before(1700000000)
            cert:set_not_after(4000000000)
            local name = require("resty.openssl.x509.name").new():add("CN", "test.example"):add("O", "Gibbon")
            cert:set_subject_name(name)
            cert:set_issuer_name(name)
            cert:set_pubkey(key)
            cert:add_extension(assert(require("resty.openssl.x509.extension").new("basicConstraints", "CA:TRUE,pathlen:1")))
            cert:set_subject_alt_name(require("resty.openssl.x509.altname").new():add("DNS", "a.example"):add("IP", "10.0.0.1"))
            assert(cert:sign(key))
            cert = assert(x509.new(assert(cert:tostring())))
            local before = select(2, store:verify(cert))
            store:add(cert)
            local names = {}
            for key, entry in pairs(cert:get_subject_name()) do names[#names + 1] = key .. entry.blob end
            return table.concat({ cert:get_version(), tostring(cert:get_serial_number()), cert:get_not_before(), cert:get_not_after(),
              tostring(cert:get_issuer_name()), cert:get_subject_name():find("CN").blob, table.concat(names), tostring(cert:get_basic_constraints("ca")),
              tostring(cert:get_subject_alt_name()), tostring(cert:check_host("a.example")), tostring(cert:check_host("b.example")),
              tostring(cert:verify(cert:get_pubkey())), cert:get_signature_digest_name(), before, tostring(store:verify(cert)), #cert:digest("sha256"),
              tostring((x509.new("nothing"))) }, "|")
            """);

        Assert.Equal(
            "3|4242|1700000000|4000000000|CN=test.example/O=Gibbon|test.example|CNtest.exampleOGibbon|true|DNS=a.example/IP=10.0.0.1|true|false|true|SHA256|self-signed certificate|true|32|nil",
            found);
    }

    [Fact]
    public async Task Pointers_of_ngx_ssl_are_what_other_modules_take()
    {
        string found = await EvaluateAsync("""
            local ssl = require("ngx.ssl")
            local key = assert(pkey.new({ type = "RSA" }))
            local pointer = assert(ssl.parse_pem_priv_key(key:tostring("private")))
            local none, why = ssl.parse_pem_cert("nothing")
            return tostring(pkey.new(pointer):tostring("private") == key:tostring("private")) .. type(pointer) .. tostring(none) .. why
            """);

        Assert.Equal("truecdatanilPEM_read_bio_X509_AUX() failed", found);
    }

    [Theory]
    [InlineData("HS256", "'secret'", "'secret'")]
    [InlineData("HS512", "'secret'", "'secret'")]
    [InlineData("RS256", "key('RSA'):tostring('private')", "made:tostring('public')")]
    [InlineData("PS512", "key('RSA'):tostring('private')", "made:tostring('public')")]
    [InlineData("ES256", "key('EC', 'prime256v1'):tostring('private')", "made:tostring('public')")]
    [InlineData("ES512", "key('EC', 'secp521r1'):tostring('private')", "made:tostring('public')")]
    [InlineData("EdDSA", "key('Ed25519'):tostring('private')", "made:tostring('public')")]
    public async Task A_token_is_made_and_verified(string algorithm, string privateKey, string publicKey)
    {
        string found = await EvaluateAsync($$"""
            local made
            local function key(kind, curve)
              made = pkey.new({ type = kind, curve = curve })
              return made
            end
            local parser = require("kong.plugins.jwt.jwt_parser")
            local token = parser.encode({ sub = "bob", exp = ngx.time() - 1, nbf = ngx.time() + 100 }, {{privateKey}}, "{{algorithm}}")
            local jwt = assert(parser:new(token))
            local ok, errors = jwt:verify_registered_claims({ "exp", "nbf" })
            local other = assert(parser:new((token:gsub("%.[^.]*%.", "." .. require("ngx.base64").encode_base64url('{"sub":"eve"}') .. "."))))
            return jwt.claims.sub .. tostring(jwt:verify_signature({{publicKey}})) .. tostring(other:verify_signature({{publicKey}})) .. tostring(ok) .. errors.exp .. errors.nbf
              .. jwt.header.typ .. tostring(select(2, jwt:check_maximum_expiration(1)) == nil)
            """);

        Assert.Equal("bobtruefalsefalsetoken expiredtoken not valid yetJWTtrue", found);
    }

    [Theory]
    [InlineData("'a.b.c'", "invalid JSON")]
    [InlineData("'eyJhbGciOiJub25lIn0.e30.'", "invalid alg")]
    public async Task A_token_that_is_none_is_refused(string token, string reason) =>
        Assert.Equal(reason, await EvaluateAsync($"return select(2, require('kong.plugins.jwt.jwt_parser'):new({token}))"));

    [Fact]
    public async Task A_rock_finds_libcrypto_where_nginx_has_it()
    {
        string found = await EvaluateAsync("""
            local ffi = require("ffi")
            ffi.cdef("unsigned char *SHA256(const unsigned char *d, size_t n, unsigned char *md);")
            local out = ffi.new("unsigned char[32]")
            ffi.C.SHA256("abc", 3, out)
            return hex(ffi.string(out, 2))
            """);

        Assert.Equal("ba78", found);
    }

    private Task<string> EvaluateAsync(string body) => evaluator.EvaluateAsync($$"""
        (function()
        local hex = require("resty.string").to_hex
        local function unhex(text) return (text:gsub("%x%x", function(c) return string.char(tonumber(c, 16)) end)) end
        local kdf, cipher, bn, pkey = require("resty.openssl.kdf"), require("resty.openssl.cipher"), require("resty.openssl.bn"), require("resty.openssl.pkey")
        {{body}}
        end)()
        """);
}
