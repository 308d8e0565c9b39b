using System.Security.Cryptography;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Admin;

public sealed class SchemaAnswerTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    private const string Certificate = "\"certificate\":{\"id\":\"11111111-1111-4111-8111-111111111111\"}";

    [Theory]
    [InlineData("routes", "{\"paths\":[\"/%zz\"]}", "paths.1: invalid url-encoded value: '%zz'")]
    [InlineData("routes", "{\"hosts\":[\"a:99999\"]}", "hosts.1: invalid port number")]
    [InlineData("routes", "{\"hosts\":[\"1.2.3.4:99999\"]}", "hosts.1: invalid port number")]
    [InlineData("routes", "{\"hosts\":[\"a:8x\"]}", "hosts.1: invalid hostname: a:8x")]
    [InlineData("routes", "{\"hosts\":[\"*.a b\"]}", "hosts.1: invalid hostname: abc.a b")]
    [InlineData("routes", "{\"protocols\":[\"tls_passthrough\",\"tcp\"],\"snis\":[\"a.test\"]}",
        "protocols: these sets are mutually exclusive: ('tls_passthrough'), ('tcp', 'tls', 'udp')")]
    [InlineData("services", "{\"host\":\"a:99999\"}", "host: must not have a port")]
    [InlineData("services", "{\"host\":\"a-\"}", "host: invalid value: a-")]
    [InlineData("snis", "{\"name\":\"a:99999\"," + Certificate + "}", "name: must not have a port")]
    [InlineData("snis", "{\"name\":\"a*b*\"," + Certificate + "}", "name: wildcard must be leftmost or rightmost character")]
    [InlineData("snis", "{\"name\":\"*.a.*\"," + Certificate + "}", "name: only one wildcard must be specified")]
    [InlineData("snis", "{\"name\":\"*a b\"," + Certificate + "}", "name: invalid value: wildcarda b")]
    [InlineData("keys", "{\"kid\":\"a\",\"jwk\":\"[]\"}", "kid in jwk.kid must be equal to keys.kid")]
    [InlineData("consumers", "{\"username\":\"a\",\"created_on\":1}", "created_on: unknown field")]
    public async Task What_is_wrong_is_said_in_the_words_of_Kong(string kind, string body, string fault)
    {
        Answer answer = await fixture.Client.SendTextAsync("POST", $"/schemas/{kind}/validate", body, "application/json");

        Assert.Equal($"schema violation ({fault})", answer.Body.GetString("message"));
        Assert.Equal(400, answer.Status);
    }

    [Theory]
    [InlineData("services", "{\"host\":\"-a\"}")]
    [InlineData("services", "{\"host\":\"h\",\"updated_at\":\"yesterday\"}")]
    [InlineData("acls", "{\"group\":\"g\",\"consumer\":{\"id\":\"11111111-1111-4111-8111-111111111111\"},\"updated_at\":7}")]
    [InlineData("routes", "{\"hosts\":[\"a:00080\"]}")]
    public async Task What_is_odd_but_not_wrong_is_taken(string kind, string body)
    {
        Answer answer = await fixture.Client.SendTextAsync("POST", $"/schemas/{kind}/validate", body, "application/json");

        Assert.True(answer.Status == 200, answer.Text);
    }

    [Fact]
    public async Task Each_half_of_a_key_must_be_that_half()
    {
        using RSA key = RSA.Create(2048);
        string secret = key.ExportPkcs8PrivateKeyPem(), open = key.ExportSubjectPublicKeyInfoPem();

        Answer mixedUp = await PostAsync("public_key", secret);
        Answer mixedUpToo = await PostAsync("private_key", open);
        Answer right = await PostAsync("private_key", secret);

        Assert.Equal("schema violation (pem: could not load public key)", mixedUp.Body.GetString("message"));
        Assert.StartsWith("schema violation (pem: could not load private key", mixedUpToo.Body.GetString("message"), StringComparison.Ordinal);
        Assert.True(right.Status == 201, right.Text);

        Task<Answer> PostAsync(string half, string text) =>
            fixture.Client.PostAsync("/keys", new ValueMap { ["kid"] = "halves", ["pem"] = new ValueMap { [half] = text } });
    }

    [Fact]
    public async Task The_brackets_of_an_address_in_a_url_are_no_part_of_the_host()
    {
        Answer answer = await fixture.Client.PostAsync("/services", new ValueMap { ["url"] = "http://[::1]:8080/p" });

        Assert.Equal("::1", answer.Body.GetString("host"));
        Assert.Equal(8080L, answer.Body.Get("port"));
        Assert.Equal("/p", answer.Body.GetString("path"));
    }
}
