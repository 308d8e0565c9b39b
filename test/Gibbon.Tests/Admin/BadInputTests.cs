using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Admin;

public sealed class BadInputTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    private const string Json = "application/json";

    [Theory]
    [InlineData("{bad")]
    [InlineData("")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("{\"name\":\"a\"} {}")]
    public async Task A_body_that_is_no_object_is_told_so(string body)
    {
        AdminClient admin = fixture.Client;

        Answer answer = await admin.SendTextAsync("POST", "/services", body, Json);

        Assert.Equal(400, answer.Status);
        Assert.Equal("Cannot parse JSON body", answer.Body.GetString("message"));
    }

    [Fact]
    public async Task What_no_client_should_send_is_refused_and_never_a_failure_of_the_server()
    {
        AdminClient admin = fixture.Client;
        (string Path, byte[] Body, string Type)[] cases =
        [
            ("/services", "{\"name\":\"\u00ff\",\"host\":\""u8.ToArray()[..12], Json),
            ("/services", [.. "{\"host\":\""u8, 0xff, 0xfe, .. "\"}"u8], Json),
            ("/services", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 5000)) + "1" + new string('}', 5000)), Json),
            ("/services", "{\"host\":\"h\",\"port\":1e400}"u8.ToArray(), Json),
            ("/services", "{\"host\":\"h\",\"port\":99999999999999999999999999}"u8.ToArray(), Json),
            ("/services", "{\"host\":\"h\",\"port\":-0.5}"u8.ToArray(), Json),
            ("/services", "{\"host\":\"h\",\"name\":\"a\\u0000b\"}"u8.ToArray(), Json),
            ("/consumers", "{\"username\":\"a\\u0000b\"}"u8.ToArray(), Json),
            ("/consumers", "{\"username\":\"a\",\"tags\":[\"\\u0000\"]}"u8.ToArray(), Json),
            ("/services", "[1,2,3]"u8.ToArray(), Json),
            ("/services", "{\"host\":{\"a\":[]},\"tags\":{\"x\":1}}"u8.ToArray(), Json),
            ("/plugins", "{\"name\":5}"u8.ToArray(), Json),
            ("/plugins", "{\"name\":[\"key-auth\"]}"u8.ToArray(), Json),
            ("/plugins", "{\"name\":\"rate-limiting\",\"config\":{\"minute\":1e999}}"u8.ToArray(), Json),
            ("/routes", "{\"paths\":[\"/a\"],\"service\":7}"u8.ToArray(), Json),
            ("/routes", "{\"paths\":[\"/a\"],\"service\":{\"id\":[1]}}"u8.ToArray(), Json),
            ("/certificates", "{\"cert\":1,\"key\":true,\"snis\":7}"u8.ToArray(), Json),
            ("/services", "host=%ff%fe&name=%00"u8.ToArray(), "application/x-www-form-urlencoded"),
            ("/services", "host[[[[=1&]]a=2&.x=3&y.=4&a[b[c]]=5&a[=1&==&&%=%zz"u8.ToArray(), "application/x-www-form-urlencoded"),
            ("/services", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a.", 50_000)) + "b=1"), "application/x-www-form-urlencoded"),
            ("/services", "--x\r\nbroken"u8.ToArray(), "multipart/form-data; boundary=x"),
            ("/services", "--x\r\n"u8.ToArray(), "multipart/form-data"),
            ("/schemas/services/validate", "[[[]]]"u8.ToArray(), Json),
            ("/consumer_groups", "{\"name\":null}"u8.ToArray(), Json),
        ];

        foreach ((string path, byte[] body, string type) in cases)
        {
            Answer answer = await admin.SendBytesAsync("POST", path, body, type);
            Assert.True(answer.Status == 400, $"{path} {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 60)))}: {answer.Status} {answer.Text}");
        }

        Assert.Empty(await admin.AllAsync("/services"));
        Assert.DoesNotContain("failed:", admin.Gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/services?size=0", "size must be an integer between 1 and 1000")]
    [InlineData("/services?size=1001", "size must be an integer between 1 and 1000")]
    [InlineData("/services?size=1.5", "size must be an integer between 1 and 1000")]
    [InlineData("/services?size=x", "size must be a number")]
    [InlineData("/services?size=", "size must be a number")]
    [InlineData("/services?offset=%20", "' ' is not a valid offset: bad base64 encoding")]
    [InlineData("/services?offset=AAAA", "'AAAA' is not a valid offset: bad json encoding")]
    [InlineData("/services?tags=a%00", "invalid option (tags: invalid filter syntax)")]
    [InlineData("/services?tags=%2ca", "invalid option (tags: invalid filter syntax)")]
    [InlineData("/services/a%20b", "invalid value 'a b': the only accepted ascii characters are alphanumerics or ., -, _, and ~")]
    [InlineData("/tags?offset=%20", "' ' is not a valid offset: bad base64 encoding")]
    public async Task A_query_that_makes_no_sense_is_told_what_is_wrong(string path, string message)
    {
        AdminClient admin = fixture.Client;

        Answer answer = await admin.GetAsync(path);

        Assert.Equal(400, answer.Status);
        Assert.Equal(message, answer.Body.GetString("message"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_ten_megabytes_is_refused(bool tellsItsLength)
    {
        AdminClient admin = fixture.Client;
        byte[] body = new byte[(10 << 20) + 1];
        using HttpContent content = tellsItsLength ? new ByteArrayContent(body) : new StreamContent(new Unseekable(body));
        content.Headers.TryAddWithoutValidation("Content-Type", Json);

        Answer answer = await admin.SendAsync("POST", "/services", content, ("Expect", "100-continue"));

        Assert.Equal(413, answer.Status);
        Assert.Contains("413 Request Entity Too Large", answer.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await admin.GetAsync("/services")).Status);
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/yaml", 415)]
    [InlineData("Application/JSON", 415)]
    [InlineData(null, 415)]
    public async Task Content_of_another_type_is_not_taken(string? type, int status)
    {
        AdminClient admin = fixture.Client;

        Assert.Equal(status, (await admin.SendBytesAsync("POST", "/services", "host=h"u8.ToArray(), type)).Status);
    }

    [Theory]
    [InlineData("POST", "/services")]
    [InlineData("GET", "/services")]
    public async Task More_than_a_thousand_arguments_are_too_many(string method, string path)
    {
        AdminClient admin = fixture.Client;
        string many = string.Join('&', Enumerable.Range(0, 1001).Select(static i => $"a{i}=1"));

        Answer answer = method == "GET"
            ? await admin.GetAsync($"{path}?{string.Join('&', Enumerable.Range(0, 1001).Select(static _ => "a"))}")
            : await admin.SendTextAsync(method, path, many, "application/x-www-form-urlencoded");

        Assert.Equal(400, answer.Status);
        Assert.Equal("Too many arguments", answer.Body.GetString("message"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100_000_001)]
    [InlineData("x")]
    [InlineData(1.5)]
    public async Task A_time_to_live_that_is_none_is_an_invalid_option(object ttl)
    {
        AdminClient admin = fixture.Client;
        await admin.PutAsync("/consumers/bob", new ValueMap { ["custom_id"] = "b" });

        Answer answer = await admin.PostAsync("/consumers/bob/key-auth", new ValueMap { ["key"] = "k", ["ttl"] = ttl is int whole ? (long)whole : ttl });

        Assert.Equal(400, answer.Status);
        Assert.Equal("invalid option (ttl: must be an integer between 0 and 100000000)", answer.Body.GetString("message"));
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
