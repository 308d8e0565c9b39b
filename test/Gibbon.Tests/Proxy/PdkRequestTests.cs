using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Proxy;

public sealed class PdkRequestTests
{
    private const string Target = "/a%20b/./c//d?x=1&y=2&y=3&e=&f&z=%20+%2B";

    [Fact]
    public async Task The_parts_of_a_request_read_as_in_Kong()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnAccess = PdkScene.Tell(Parts) });

        var parts = PdkScene.Body(await scene.SendRawAsync($"GET {Target} HTTP/1.1\r\nHost: Client.Test:99\r\nConnection: close\r\n\r\n"));

        var port = scene.Gateway.ProxyPort;
        Assert.Equal(
            $$"""
            {"scheme":"http","host":"client.test","port":{{port}},"method":"GET","version":"1.1","path":"/a b/c/d","raw_path":"/a%20b/./c//d","path_with_query":"{{Target}}","raw_query":"x=1&y=2&y=3&e=&f&z=%20+%2B","forwarded":"http client.test {{port}} /a b/c/d "}
            """,
            Plain(parts));
    }

    [Fact]
    public async Task Forwarded_headers_of_a_client_that_nobody_trusts_are_not_believed()
    {
        await using var scene = await PdkScene.StartAsync("/p", null, "", new ProbePlugin { OnAccess = PdkScene.Tell(Parts) });

        var parts = await scene.GetJsonAsync("/p/x", Forwarded);

        Assert.Equal($"http a.test {scene.Gateway.ProxyPort} /p/x /p", (string?)parts["forwarded"]);
    }

    [Fact]
    public async Task Forwarded_headers_of_a_trusted_peer_are_believed()
    {
        var trust = new Dictionary<string, string> { ["trusted_ips"] = "127.0.0.1" };
        await using var scene = await PdkScene.StartAsync("/p", trust, "", new ProbePlugin { OnAccess = PdkScene.Tell(Parts) });

        var parts = await scene.GetJsonAsync("/p/x", Forwarded);

        Assert.Equal("https f.test 1 /f /g", (string?)parts["forwarded"]);
    }

    [Fact]
    public async Task Query_arguments_read_as_in_Kong()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = PdkScene.Tell(context =>
            {
                var request = context.Request;
                return new JsonArray(
                    request.GetQueryArg("x").First,
                    request.GetQueryArg("y").First,
                    request.GetQueryArg("e").First,
                    request.GetQueryArg("f").IsFlag,
                    request.GetQueryArg("z").First,
                    request.GetQueryArg("none").Exists,
                    request.GetQuery(1).Truncated,
                    request.GetQuery()["y"].Count);
            }),
        });

        Assert.Equal("""["1","2","",true,"  \u002B",false,true,2]""", (await scene.GetJsonAsync(Target)).ToJsonString());
    }

    [Fact]
    public async Task Headers_are_found_in_any_spelling_and_repeated_ones_kept_apart()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = PdkScene.Tell(context =>
            {
                var headers = context.Request.GetHeaders();
                return new JsonArray(context.Request.GetHeader("x_b"), headers["X-B"].Count, headers["x-b"][1], context.Request.GetHeaders(1).Truncated);
            }),
        });

        Assert.Equal("""["2",2,"3",true]""", (await scene.GetJsonAsync("/", "X-B: 2", "X-B: 3")).ToJsonString());
    }

    [Theory]
    [InlineData("application/json", """{"a":[1,{}],"b":null}""", """{"a":[1,{}],"b":null}|application/json""")]
    [InlineData("application/json", "{bad", "invalid json body|application/json")]
    [InlineData("application/json", "", "invalid json body|application/json")]
    [InlineData("application/x-www-form-urlencoded", "a=1&a=2&b=x+y", """{"a":["1","2"],"b":"x y"}|application/x-www-form-urlencoded""")]
    [InlineData("multipart/form-data; boundary=XX", "--XX\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n1\r\n--XX--\r\n", """{"f":"1"}|multipart/form-data""")]
    [InlineData("text/plain", "hi", "unsupported content type 'text/plain'|text/plain")]
    [InlineData(null, "none", "missing content type|")]
    public async Task A_body_is_decoded_by_its_type(string? type, string body, string expected)
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = static async (context, _) =>
            {
                var decoded = await context.Request.GetBodyAsync();
                var value = decoded.IsOk ? Encoding.UTF8.GetString(ValueJson.Write(decoded.Value)) : decoded.Error;
                await context.Response.Exit(200, $"{value}|{decoded.MimeType}");
            },
        });

        var header = type is null ? "" : $"Content-Type: {type}\r\n";
        var answer = await scene.SendRawAsync($"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{header}Content-Length: {body.Length}\r\n\r\n{body}");

        Assert.EndsWith("\r\n\r\n" + expected, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_went_to_a_file_is_read_only_by_whom_allows_it_and_still_reaches_the_service()
    {
        var read = new Seen<string>();
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = async (context, _) =>
            {
                read.Add((await context.Request.GetRawBodyAsync()).Error ?? "");
                read.Add((await context.Request.GetRawBodyAsync(1000)).Error ?? "");
                read.Add((await context.Request.GetRawBodyAsync(0)).Value.Length.ToString(null, null));
            },
        });

        using var content = new ByteArrayContent(new byte[200_000]);
        using var answer = await scene.Gateway.Client.PostAsync("/", content);

        Assert.Equal("request body did not fit into client body buffer, consider raising 'client_body_buffer_size'", read.Next());
        Assert.StartsWith("request body file too big: 200000 > 1000", read.Next(), StringComparison.Ordinal);
        Assert.Equal("200000", read.Next());
        Assert.Equal(200_000, scene.Received.Body.Length);
    }

    [Fact]
    public async Task Groups_of_the_routes_regex_are_captures()
    {
        await using var scene = await PdkScene.StartAsync(@"~/u/(?<id>\d+)/([a-z]+)", null, "", new ProbePlugin
        {
            OnAccess = PdkScene.Tell(static context =>
                new JsonArray(context.Request.UriCaptures.Named["id"], context.Request.UriCaptures.Unnamed[1], context.Request.UriCaptures.Unnamed[2])),
        });

        Assert.Equal("""["42","42","abc"]""", (await scene.GetJsonAsync("/u/42/abc")).ToJsonString());
    }

    private static string[] Forwarded =>
        ["X-Forwarded-Proto: https", "X-Forwarded-Host: f.test", "X-Forwarded-Port: 1", "X-Forwarded-Path: /f", "X-Forwarded-Prefix: /g"];

    private static JsonObject Parts(RequestContext context)
    {
        var request = context.Request;
        return new JsonObject
        {
            ["scheme"] = request.Scheme,
            ["host"] = request.Host,
            ["port"] = request.Port,
            ["method"] = request.Method,
            ["version"] = request.HttpVersion?.ToString(),
            ["path"] = request.Path,
            ["raw_path"] = request.RawPath,
            ["path_with_query"] = request.PathWithQuery,
            ["raw_query"] = request.RawQuery,
            ["forwarded"] = $"{request.ForwardedScheme} {request.ForwardedHost} {request.ForwardedPort} {request.ForwardedPath} {request.ForwardedPrefix}",
        };
    }

    private static string Plain(JsonNode node) => System.Text.RegularExpressions.Regex.Unescape(node.ToJsonString());
}
