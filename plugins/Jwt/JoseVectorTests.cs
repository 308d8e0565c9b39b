using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Plugins.Jwt;

/// <summary>The examples of RFC 7515 and RFC 8037.</summary>
public sealed class JoseVectorTests
{
    const string Claims =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    [Fact]
    public async Task RFC_7515_A_1_HMAC_SHA_256()
    {
        const string Key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        const string Token = $"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{Claims}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        await using var scene = await Scene.StartWithAsync(
            $"- username: joe\n  jwt_secrets: [{{key: joe, secret: {Key}}}]\n", null, "{name: jwt, config: {secret_is_base64: true}}");

        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("Authorization", "Bearer " + Token))).StatusCode);
        Assert.Equal((401, "Invalid signature"), await (await scene.GetAsync("/x", ("Authorization", "Bearer " + Token.Replace(".dB", ".eB")))).ErrorAsync());
    }

    [Fact]
    public void RFC_7515_A_2_RSASSA_PKCS1_v1_5_SHA_256()
    {
        using var rsa = RSA.Create(new RSAParameters
        {
            Exponent = [1, 0, 1],
            Modulus = Bytes(
                "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"),
        });

        AssertVerifies(
            rsa.ExportSubjectPublicKeyInfoPem(),
            "RS256",
            $"eyJhbGciOiJSUzI1NiJ9.{Claims}",
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw");
    }

    [Fact]
    public void RFC_7515_A_3_ECDSA_P_256_SHA_256()
    {
        using var elliptic = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"), Y = Bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0") },
        });

        AssertVerifies(
            elliptic.ExportSubjectPublicKeyInfoPem(),
            "ES256",
            $"eyJhbGciOiJFUzI1NiJ9.{Claims}",
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
    }

    [Fact]
    public void RFC_8037_A_4_Ed25519()
    {
        byte[] der = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, .. Bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")];

        AssertVerifies(
            PemEncoding.WriteString("PUBLIC KEY", der),
            "EdDSA",
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    }

    [Theory]
    [InlineData(
        "MCowBQYDK2VwAyEAyslfdKr1wnYqDHqi9FfdZOzVEzvCG+/+o/qCXyPVWjs=",
        "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJlZCJ9.u94hRPwTyRAMJ68rrujcrq-ungbEI1tBXYRzZW1BsvFzrjCrQf_Bk-VMC_u231gVLUtoEnjFm08JadvFh82pAg")]
    [InlineData(
        "MEMwBQYDK2VxAzoA0RngGRGrCa6rdDOTvYpycOIFOMzDA29Vv7ugXEC4CbA/dCgKNhC2FcYdz05wO62iJ1A1GfYYJZKA",
        "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJlZDQifQ.28qPydT9Q6JSPFBQYKXVA_0LeVSA-IiUKSBoj5VLOCn0StGLBl0KEk0lL8-IEzCcvBlyx6bKSUSAaxjWeIEiMAmiwQCLr73-PQ5JzdRAiftuBr7q0Sb7S8p_je-fUr2nqioKcTZhVmpHiQ8e-Q5XCCEA")]
    public async Task Tokens_of_Edwards_curves_that_OpenSSL_signed_let_their_consumer_in(string key, string token)
    {
        var name = token.Contains("JlZDQifQ", StringComparison.Ordinal) ? "ed4" : "ed";
        var consumer = JwtTests.Consumer("EdDSA", PemEncoding.WriteString("PUBLIC KEY", Convert.FromBase64String(key))).Replace("{key: k,", $"{{key: {name},");
        await using var scene = await Scene.StartWithAsync(consumer, null, "{name: jwt}");

        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("Authorization", "Bearer " + token))).StatusCode);
        Assert.Equal((401, "Invalid signature"), await (await scene.GetAsync("/x", ("Authorization", "Bearer " + token[..^4] + "AAAA"))).ErrorAsync());
    }

    [Fact]
    public void A_key_may_be_private_or_in_JSON()
    {
        const string Signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        const string Signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        byte[] secret =
            [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20, .. Bytes("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")];
        using var rsa = RSA.Create(2048);
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var (numbers, point) = (rsa.ExportParameters(false), elliptic.ExportParameters(false).Q);
        var data = Encoding.ASCII.GetBytes(Signed);

        AssertVerifies(PemEncoding.WriteString("PRIVATE KEY", secret), "EdDSA", Signed, Signature);
        AssertVerifies("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""", "EdDSA", Signed, Signature);
        AssertVerifies(
            $$"""{"kty":"RSA","n":"{{Text(numbers.Modulus)}}","e":"{{Text(numbers.Exponent)}}"}""",
            "RS256",
            Signed,
            Text(rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        AssertVerifies(
            $$"""{"kty":"EC","crv":"P-384","x":"{{Text(point.X)}}","y":"{{Text(point.Y)}}"}""",
            "ES384",
            Signed,
            Text(elliptic.SignData(data, HashAlgorithmName.SHA384)));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"kty":"oct","k":"AA"}""")]
    [InlineData("""{"kty":"RSA","n":"!"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":"AA"}""")]
    public void What_is_no_key_in_JSON_is_none(string text) => Assert.Null(PublicKey.Read(text));

    static string Text(byte[]? bytes) => Base64Url.EncodeToString(bytes);

    static void AssertVerifies(string pem, string algorithm, string signed, string signature)
    {
        var key = PublicKey.Read(pem)!;
        Assert.True(key.Verify(algorithm, Encoding.ASCII.GetBytes(signed), Bytes(signature)));
        Assert.False(key.Verify(algorithm, Encoding.ASCII.GetBytes(signed + "A"), Bytes(signature)));
        foreach (var other in new[] { "RS384", "PS256", "ES384", "EdDSA", "RS256", "ES256" }.Where(name => name != algorithm))
            Assert.False(key.Verify(other, Encoding.ASCII.GetBytes(signed), Bytes(signature)));
    }

    static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);
}
