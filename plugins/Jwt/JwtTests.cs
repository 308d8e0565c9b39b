using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Plugins.Jwt;

public sealed class JwtTests
{
    static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    [Theory]
    [InlineData("/x", "Bearer ")]
    [InlineData("/x", "bearer  ")]
    [InlineData("/x?a=1&jwt=", null)]
    public async Task A_token_lets_its_consumer_in(string path, string? scheme)
    {
        await using var scene = await Scene.StartAsync("{name: jwt}");
        var token = Hs256("""{"iss":"ib"}""");

        using var response = await (scheme is null ? scene.GetAsync(path + token) : scene.GetAsync(path, ("Authorization", scheme + token)));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(
            (Scene.Bob, "b-1", "bob", "ib", null),
            (scene.Received.Header("X-Consumer-ID"), scene.Received.Header("X-Consumer-Custom-ID"), scene.Received.Header("X-Consumer-Username"),
                scene.Received.Header("X-Credential-Identifier"), scene.Received.Header("X-Anonymous-Consumer")));
    }

    [Theory]
    [InlineData("{\"alg\":\"none\"}", "{\"iss\":\"ib\"}", "Bad token; invalid alg")]
    [InlineData("{\"alg\":\"None\"}", "{\"iss\":\"ib\"}", "Bad token; invalid alg")]
    [InlineData("{\"alg\":null}", "{\"iss\":\"ib\"}", "Bad token; invalid alg")]
    [InlineData("{}", "{\"iss\":\"ib\"}", "Bad token; invalid alg")]
    [InlineData("[]", "{\"iss\":\"ib\"}", "Bad token; invalid alg")]
    [InlineData("{\"alg\":\"HS384\"}", "{\"iss\":\"ib\"}", "Invalid algorithm")]
    [InlineData("{\"alg\":\"RS256\"}", "{\"iss\":\"ib\"}", "Invalid algorithm")]
    [InlineData("{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}", "{\"iss\":\"ib\"}", "Invalid signature")]
    [InlineData("{\"alg\":\"HS256\"}", "null", "Bad token; invalid claims")]
    [InlineData("{\"alg\":\"HS256\"}", "5", "Bad token; invalid claims")]
    [InlineData("{\"alg\":\"HS256\"}", "\"iss\"", "Bad token; invalid claims")]
    [InlineData("{\"alg\":\"HS256\"}", "{\"iss\":null}", "No mandatory 'iss' in claims")]
    [InlineData("{\"alg\":\"HS256\"}", "{\"iss\":\"\"}", "Invalid 'iss' in claims")]
    [InlineData("{\"alg\":\"HS256\"}", "{\"iss\":\"nobody\"}", "No credentials found for given 'iss'")]
    [InlineData("{\"alg\":\"HS256\"}", "{\"iss\":\"ib\"", "Bad token; invalid JSON")]
    public async Task A_hostile_token_is_refused(string header, string claims, string message)
    {
        await using var scene = await Scene.StartAsync("{name: jwt}");

        using var response = await scene.GetAsync("/x", ("Authorization", $"Bearer {Encode(header)}.{Encode(claims)}.{Encode("signature")}"));

        Assert.Equal((401, message), await response.ErrorAsync());
        Assert.Equal("Bearer error=\"invalid_token\"", response.Header("WWW-Authenticate"));
        Assert.Empty(scene.Upstream.Requests);
    }

    [Theory]
    [InlineData("a.b", "Bad token; invalid JSON")]
    [InlineData("....", "Bad token; invalid JSON")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpYiJ9.!!!", "Bad token; invalid signature")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpYiJ9.", "Invalid signature")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9 .eyJpc3MiOiJpYiJ9.AA", "Bad token; invalid JSON")]
    public async Task What_is_no_token_is_refused(string token, string message)
    {
        await using var scene = await Scene.StartAsync("{name: jwt}");

        Assert.Equal((401, message), await (await scene.GetAsync("/x", ("Authorization", "Bearer " + token))).ErrorAsync());
    }

    [Fact]
    public async Task Padding_and_what_follows_it_are_passed_over_and_a_cookie_may_come_in_the_second_of_two_headers()
    {
        await using var scene = await Scene.StartAsync("{name: jwt, config: {cookie_names: [tok]}}");
        var token = Hs256("""{"iss":"ib"}""");

        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("Authorization", $"Bearer {token}=x"))).StatusCode);
        Assert.StartsWith("HTTP/1.1 200", await scene.GetRawAsync("/x", "Cookie: a=b", $"Cookie: tok={token}", "Connection: close"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_or_with_two_the_answer_is_401()
    {
        await using var scene = await Scene.StartAsync("{name: jwt, config: {realm: mine, cookie_names: [tok]}}");
        var token = Hs256("""{"iss":"ib"}""");
        var other = Hs256("""{"iss":"ib","a":1}""");

        using var missing = await scene.GetAsync("/x");
        Assert.Equal((401, "Unauthorized"), await missing.ErrorAsync());
        Assert.Equal("Bearer realm=\"mine\"", missing.Header("WWW-Authenticate"));
        using var several = await scene.GetAsync($"/x?jwt={token}", ("Cookie", $"a=1; TOK={other}"));
        Assert.Equal((401, "Multiple tokens provided"), await several.ErrorAsync());
        Assert.Equal("Bearer realm=\"mine\" error=\"invalid_token\"", several.Header("WWW-Authenticate"));
        Assert.Equal((401, "Unrecognizable token"), await (await scene.GetAsync("/x?jwt")).ErrorAsync());
        Assert.Equal(200, (int)(await scene.GetAsync($"/x?jwt={token}&jwt={token}", ("Cookie", $"tok={token}"))).StatusCode);
    }

    [Fact]
    public async Task Claims_about_time_are_checked_when_that_is_wanted()
    {
        await using var scene = await Scene.StartAsync("{name: jwt, config: {claims_to_verify: [exp, nbf], maximum_expiration: 1000}}");

        Assert.Equal("{\"exp\":\"must be a number\",\"nbf\":\"must be a number\"}", await BodyAsync(scene, """{"iss":"ib","exp":"x"}"""));
        Assert.Equal("{\"exp\":\"token expired\"}", await BodyAsync(scene, $$"""{"iss":"ib","exp":{{Now}},"nbf":1}"""));
        Assert.Equal("{\"nbf\":\"token not valid yet\"}", await BodyAsync(scene, $$"""{"iss":"ib","exp":{{Now + 500}},"nbf":{{Now + 400}}}"""));
        Assert.Equal("{\"exp\":\"exceeds maximum allowed expiration\"}", await BodyAsync(scene, $$"""{"iss":"ib","exp":{{Now + 5000}},"nbf":1}"""));
        Assert.Equal(200, (int)(await SendAsync(scene, $$"""{"iss":"ib","exp":{{Now + 500}},"nbf":{{Now - 5}}}""")).StatusCode);
    }

    [Fact]
    public async Task An_anonymous_consumer_stands_in_for_a_bad_token()
    {
        await using var scene = await Scene.StartAsync("{name: jwt, config: {anonymous: anon}}");

        await scene.GetAsync("/x", ("Authorization", "Bearer a.b.c"), ("X-Credential-Identifier", "ib"));

        Assert.Equal(
            ("anon", "true", null),
            (scene.Received.Header("X-Consumer-Username"), scene.Received.Header("X-Anonymous-Consumer"), scene.Received.Header("X-Credential-Identifier")));
    }

    [Fact]
    public async Task A_preflight_may_pass_without_a_token()
    {
        await using var scene = await Scene.StartAsync("{name: jwt, config: {run_on_preflight: false}}");

        Assert.Equal(200, (int)(await scene.SendAsync("OPTIONS", "/x")).StatusCode);
        Assert.Equal(401, (int)(await scene.GetAsync("/x")).StatusCode);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task Tokens_may_be_signed_with_a_private_key(string algorithm)
    {
        using var signer = new Signer(algorithm);
        await using var scene = await Scene.StartWithAsync(Consumer(algorithm, signer.PublicPem), null, "{name: jwt}");
        var signed = $"{Encode($$"""{"alg":"{{algorithm}}"}""")}.{Encode("""{"iss":"k"}""")}";
        var signature = signer.Sign(signed);

        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("Authorization", $"Bearer {signed}.{Encode(signature)}"))).StatusCode);
        signature[^1] ^= 1;
        Assert.Equal((401, "Invalid signature"), await (await scene.GetAsync("/x", ("Authorization", $"Bearer {signed}.{Encode(signature)}"))).ErrorAsync());
        Assert.Equal((401, "Invalid signature"), await (await scene.GetAsync("/x", ("Authorization", $"Bearer {signed}.{Encode(new byte[signature.Length])}"))).ErrorAsync());
        Assert.Equal((401, "Invalid signature"), await (await scene.GetAsync("/x", ("Authorization", $"Bearer {signed}.AAAA"))).ErrorAsync());
    }

    [Fact]
    public async Task A_public_key_is_no_secret()
    {
        using var signer = new Signer("RS256");
        await using var scene = await Scene.StartWithAsync(Consumer("RS256", signer.PublicPem), null, "{name: jwt}");
        var signed = $"{Encode("""{"alg":"HS256"}""")}.{Encode("""{"iss":"k"}""")}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(signer.PublicPem), Encoding.UTF8.GetBytes(signed));

        Assert.Equal((401, "Invalid algorithm"), await (await scene.GetAsync("/x", ("Authorization", $"Bearer {signed}.{Encode(signature)}"))).ErrorAsync());
    }

    [Fact]
    public async Task A_public_key_that_is_none_is_refused_with_the_configuration()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Scene.StartWithAsync(Consumer("RS256", "nonsense"), null, "{name: jwt}"));

        Assert.Contains("invalid key", refused.Message, StringComparison.Ordinal);
    }

    internal static string Hs256(string claims)
    {
        var signed = $"{Encode("""{"typ":"JWT","alg":"HS256"}""")}.{Encode(claims)}";
        return $"{signed}.{Encode(HMACSHA256.HashData("sb"u8, Encoding.UTF8.GetBytes(signed)))}";
    }

    internal static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    internal static string Consumer(string algorithm, string publicPem) =>
        $"- username: k\n  jwt_secrets: [{{key: k, algorithm: {algorithm}, rsa_public_key: \"{publicPem.ReplaceLineEndings("\\n")}\"}}]\n";

    static Task<HttpResponseMessage> SendAsync(Scene scene, string claims) => scene.GetAsync("/x", ("Authorization", "Bearer " + Hs256(claims)));

    static async Task<string> BodyAsync(Scene scene, string claims)
    {
        using var response = await SendAsync(scene, claims);
        Assert.Equal(401, (int)response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    sealed class Signer : IDisposable
    {
        readonly string algorithm;
        readonly RSA? rsa;
        readonly ECDsa? elliptic;

        public Signer(string algorithm)
        {
            this.algorithm = algorithm;
            if (algorithm[0] == 'E')
                elliptic = ECDsa.Create(algorithm[2..] switch { "256" => ECCurve.NamedCurves.nistP256, "384" => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 });
            else
                rsa = RSA.Create(2048);
        }

        public string PublicPem => ((AsymmetricAlgorithm?)rsa ?? elliptic)!.ExportSubjectPublicKeyInfoPem();

        public byte[] Sign(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var hash = new HashAlgorithmName("SHA" + algorithm[2..]);
            return elliptic?.SignData(bytes, hash) ?? rsa!.SignData(bytes, hash, algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        }

        public void Dispose()
        {
            rsa?.Dispose();
            elliptic?.Dispose();
        }
    }
}
