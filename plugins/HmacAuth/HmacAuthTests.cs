using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Gibbon.Plugins.HmacAuth;

public sealed class HmacAuthTests
{
    const string NoDate = "HMAC signature cannot be verified, a valid date or x-date header is required for HMAC Authentication";

    [Theory]
    [InlineData("hmac-sha1")]
    [InlineData("hmac-sha256")]
    [InlineData("hmac-sha384")]
    [InlineData("hmac-sha512")]
    public async Task A_signature_lets_its_consumer_in(string algorithm)
    {
        await using var scene = await Scene.StartAsync("{name: hmac-auth}");
        var date = Date();

        using var response = await scene.GetAsync("/x?a=1", ("Date", date), ("Authorization", Sign(algorithm, "date request-line", $"date: {date}\nGET /x?a=1 HTTP/1.1")));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(("bob", "bob"), (scene.Received.Header("X-Consumer-Username"), scene.Received.Header("X-Credential-Identifier")));
    }

    [Fact]
    public async Task Names_of_headers_keep_their_case_and_absent_ones_have_no_value()
    {
        await using var scene = await Scene.StartAsync("{name: hmac-auth}");
        var date = Date();
        var text = $"X-Date: {date}\n@request-target: get /x\nx-none:";

        using var response = await scene.GetAsync("/x", ("X-Date", date), ("Proxy-Authorization", Sign("hmac-sha256", "X-Date @request-target x-none", text)));

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task What_cannot_be_verified_is_refused()
    {
        await using var scene = await Scene.StartAsync("{name: hmac-auth, config: {realm: mine, enforce_headers: [date], algorithms: [hmac-sha256]}}");
        var date = Date();
        var good = Sign("hmac-sha256", "date", $"date: {date}");

        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("Date", date), ("Authorization", good))).StatusCode);
        using var none = await scene.GetAsync("/x", ("Date", date));
        Assert.Equal((401, "Unauthorized"), await none.ErrorAsync());
        Assert.Equal("hmac realm=\"mine\"", none.Header("WWW-Authenticate"));
        Assert.Equal((401, NoDate), await (await scene.GetAsync("/x", ("Authorization", good))).ErrorAsync());
        Assert.Equal((401, NoDate), await (await scene.GetAsync("/x", ("Date", "yesterday"), ("Authorization", good))).ErrorAsync());
        Assert.Equal((401, NoDate), await (await scene.GetAsync("/x", ("Date", "Mon, 01 Jan 2001 00:00:00 GMT"), ("Authorization", good))).ErrorAsync());
        await Refused("hmac x", "HMAC signature cannot be verified");
        await Refused(Sign("hmac-sha1", "date", $"date: {date}"), "HMAC signature cannot be verified");
        await Refused(Sign("hmac-sha256", "request-line", "GET /x HTTP/1.1"), "HMAC signature cannot be verified");
        await Refused(good.Replace("bob", "nobody"), "HMAC signature cannot be verified");
        await Refused(Sign("hmac-sha256", "date", $"Date: {date}"), "HMAC signature does not match");
        await Refused(good.Replace("signature=\"", "signature=\"!"), "HMAC signature does not match");
        Assert.DoesNotContain("sec\"", scene.ErrorLog, StringComparison.Ordinal);

        async Task Refused(string authorization, string message) =>
            Assert.Equal((401, message), await (await scene.GetAsync("/x", ("Date", date), ("Authorization", authorization))).ErrorAsync());
    }

    [Fact]
    public async Task The_body_may_have_to_be_signed()
    {
        await using var scene = await Scene.StartAsync("{name: hmac-auth, config: {validate_request_body: true}}");

        Assert.Equal(200, await Send("hello", Digest("hello")));
        Assert.Equal(401, await Send("hullo", Digest("hello")));
        Assert.Equal(401, await Send("hello", null));
        Assert.Equal(200, await Send("", null));

        async Task<int> Send(string body, string? digest)
        {
            var date = Date();
            (string, string)[] headers = [("Date", date), ("Authorization", Sign("hmac-sha256", "date", $"date: {date}")), .. digest is null ? [] : new[] { ("Digest", digest) }];
            return (int)(await scene.SendAsync("POST", "/x", new StringContent(body), headers)).StatusCode;
        }

        static string Digest(string body) => "SHA-256=" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public async Task The_service_does_not_see_a_hidden_signature()
    {
        await using var scene = await Scene.StartAsync("{name: hmac-auth, config: {hide_credentials: true, anonymous: anon}}");
        var date = Date();

        await scene.GetAsync("/x", ("Date", date), ("Authorization", Sign("hmac-sha256", "date", $"date: {date}")));
        Assert.Equal(("bob", null), (scene.Received.Header("X-Consumer-Username"), scene.Received.Header("Authorization")));
        await scene.GetAsync("/x", ("Date", date), ("Authorization", "hmac x"));
        Assert.Equal(("anon", null), (scene.Received.Header("X-Consumer-Username"), scene.Received.Header("Authorization")));
    }

    [Fact]
    public void Parameters_are_found_wherever_Kongs_expression_finds_them()
    {
        var form = new Regex("[Hh]mac\\s*username=\"(.+)\",\\s*algorithm=\"(.+)\",\\s*headers=\"(.+)\",\\s*signature=\"(.+)\"");
        string[] parts = ["Hmac ", "hmac", "mac ", "username=\"", "\", algorithm=\"", "\",headers=\"", "\",  signature=\"", "algorithm=\"", "\"", ",", " ", "a", "b c"];
        string[] whole = ["hmac username=\"", "a", "\", algorithm=\"", "b", "\",headers=\"", "c d", "\", signature=\"", "e", "\""];
        var random = new Random(7);
        var found = 0;
        for (var i = 0; i < 20_000; i++)
        {
            // A good one with up to three pieces put in, taken out, or exchanged.
            List<string> pieces = [.. whole];
            for (var changes = random.Next(4); changes > 0; changes--)
            {
                var place = random.Next(pieces.Count);
                var what = random.Next(3);
                if (what < 2)
                    pieces.Insert(place, parts[random.Next(parts.Length)]);

                if (what > 0)
                    pieces.RemoveAt(random.Next(pieces.Count));
            }

            var text = string.Concat(pieces);
            var match = form.Match(text);
            var read = SignatureParameters.Read(text);
            found += match.Success ? 1 : 0;
            Assert.True(match.Success == read is not null, text);
            if (read is not null)
                Assert.Equal([.. match.Groups.Values.Skip(1).Select(group => group.Value)], [read.Username, read.Algorithm, string.Join(' ', read.Headers), read.Signature]);
        }

        Assert.InRange(found, 1_000, 19_000);
        Assert.Null(SignatureParameters.Read(null));
    }

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    public void A_date_has_three_forms(string text)
    {
        Assert.True(Shared.HttpDate.TryRead(text, out var seconds));
        Assert.Equal(784111777, seconds);
    }

    static string Date() => DateTimeOffset.UtcNow.ToString("r");

    static string Sign(string algorithm, string headers, string text)
    {
        var (key, bytes) = ("sec"u8.ToArray(), Encoding.UTF8.GetBytes(text));
        var signature = algorithm switch
        {
            "hmac-sha1" => HMACSHA1.HashData(key, bytes),
            "hmac-sha256" => HMACSHA256.HashData(key, bytes),
            "hmac-sha384" => HMACSHA384.HashData(key, bytes),
            _ => HMACSHA512.HashData(key, bytes),
        };
        return $"hmac username=\"bob\", algorithm=\"{algorithm}\", headers=\"{headers}\", signature=\"{Convert.ToBase64String(signature)}\"";
    }
}
