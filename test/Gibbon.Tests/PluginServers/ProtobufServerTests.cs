using System.Net;
using System.Text.Json;
using Gibbon.PluginServers.Functions;
using Gibbon.PluginServers.Protobuf;
using Gibbon.Testing;

namespace Gibbon.Tests.PluginServers;

public sealed class ProtobufServerTests
{
    private static readonly object[] Answer = ["answer"];

    [Fact]
    public void Every_function_of_the_protocol_is_there()
    {
        Assert.Equal(74, ProtobufMethods.Names.Count());
        Assert.DoesNotContain(ProtobufMethods.Names, static name => PdkFunctions.Find(name) is null);
    }

    [Fact]
    public async Task A_plugin_in_another_process_reads_the_request_and_answers_it()
    {
        await using ServedScene scene = await ServedScene.ProtobufAsync(("access",
        [
            ["kong.client.get_ip", "String", "Empty"],
            ["kong.client.get_protocol", "String", "Bool", true],
            ["kong.client.load_consumer", "Message", "ConsumerSpec", "anna", true],
            ["kong.client.authenticate", "Empty", "AuthenticateArgs", "5f2a3b1c-9df4-4d0e-8a53-4c9a0e1f7a11", "c1"],
            ["kong.client.get_consumer", "Message", "Empty"],
            ["kong.client.get_credential", "Message", "Empty"],
            ["kong.ip.is_trusted", "Bool", "String", "127.0.0.1"],
            ["kong.nginx.get_var", "String", "String", "request_method"],
            ["kong.nginx.get_subsystem", "String", "Empty"],
            ["kong.nginx.req_start_time", "Number", "Empty"],
            ["kong.nginx.set_ctx", "Empty", "KV", "mine", new { a = new object[] { 1, "two", false, null! } }],
            ["kong.nginx.get_ctx", "Value", "String", "mine"],
            ["kong.nginx.get_tls1_version_str", "String", "Empty"],
            ["kong.node.get_id", "String", "Empty"],
            ["kong.node.get_memory_stats", "Message", "Empty"],
            ["kong.request.get_http_version", "Number", "Empty"],
            ["kong.request.get_port", "Int", "Empty"],
            ["kong.request.get_query", "Struct", "Int", 100],
            ["kong.request.get_header", "String", "String", "host"],
            ["kong.request.get_raw_body", "Message", "Empty"],
            ["kong.request.get_uri_captures", "Message", "Empty"],
            ["kong.router.get_route", "Message", "Empty"],
            ["kong.router.get_service", "Message", "Empty"],
            ["kong.service.set_upstream", "Bool", "String", "nowhere"],
            Answer,
        ]));

        using HttpResponseMessage answer = await scene.GetAsync("/users/17/edit?a=1&a=2&b=x&flag");
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{text}\n{scene.Gateway.ErrorLog}");
        JsonElement[] results = JsonSerializer.Deserialize<JsonElement[]>(text)!;

        Assert.Equal(["yes", "indeed"], answer.Headers.GetValues("x-served"));
        Assert.Equal("127.0.0.1", results[0].GetString());
        Assert.Equal("http", results[1].GetString());
        Assert.Equal("anna", Field(results[2], 3));
        Assert.Equal("17", Field(results[2], 4));
        Assert.Equal("", results[3].GetString());
        Assert.Equal("5f2a3b1c-9df4-4d0e-8a53-4c9a0e1f7a11", Field(results[4], 1));
        Assert.Equal("c1", Field(results[5], 1));
        Assert.False(results[6].GetBoolean());
        Assert.Equal("GET", results[7].GetString());
        Assert.Equal("http", results[8].GetString());
        Assert.InRange(results[9].GetDouble(), 1.6e9, 1e11);
        Assert.Equal("""{"a": [1.0, "two", false, null]}""", results[11].GetRawText());
        Assert.Equal("", results[12].GetString());
        Assert.True(Guid.TryParse(results[13].GetString(), out _));
        Assert.NotEqual(0, results[14].GetArrayLength());
        Assert.Equal(1.1, results[15].GetDouble());
        Assert.Equal(scene.Gateway.ProxyPort, results[16].GetInt32());
        Assert.Equal("""{"a": ["1", "2"], "b": "x", "flag": true}""", results[17].GetRawText());
        Assert.StartsWith("127.0.0.1", results[18].GetString(), StringComparison.Ordinal);
        Assert.Equal("", Field(results[19], 1));
        Assert.Equal("""[[1, "17"], [1, "edit"]]""", JsonSerializer.Serialize(results[20].EnumerateArray().Where(static field => field[0].GetInt32() == 1)).Replace(",", ", ", StringComparison.Ordinal));
        Assert.Equal("all", Field(results[21], 4));
        Assert.Equal("things", Field(results[22], 4));
        Assert.False(results[23].GetBoolean());
        Assert.Empty(scene.Upstream.Requests);
    }

    [Fact]
    public async Task It_changes_what_the_service_gets_and_what_the_client_gets_and_logs_both()
    {
        await using ServedScene scene = await ServedScene.ProtobufAsync(
            ("rewrite", [["kong.ctx.shared.set", "Empty", "KV", "n", 41]]),
            ("access",
            [
                ["kong.service.request.set_header", "Empty", "KV", "x-one", "1"],
                ["kong.service.request.add_header", "Empty", "KV", "x-one", "2"],
                ["kong.service.request.set_headers", "Empty", "Struct", new { x_two = new[] { "a", "b" } }],
                ["kong.service.request.clear_header", "Empty", "String", "user-agent"],
                ["kong.service.request.set_path", "Empty", "String", "/elsewhere"],
                ["kong.service.request.set_raw_query", "Empty", "String", "q=1"],
                ["kong.service.request.set_method", "Empty", "String", "PATCH"],
                ["kong.service.request.set_raw_body", "Empty", "ByteString", "body"],
                ["kong.response.set_header", "Empty", "KV", "x-early", "yes"],
                ["kong.log.set_serialize_value", "Empty", "KV", "mine", new { deep = 1 }],
            ]),
            ("response",
            [
                ["kong.service.response.get_status", "Int", "Empty"],
                ["kong.service.response.get_raw_body", "ByteString", "Empty"],
                ["kong.response.get_headers", "Struct", "Int", 100],
                ["kong.response.get_source", "String", "Empty"],
                ["kong.response.add_header", "Empty", "KV", "x-late", "1"],
                ["kong.response.set_headers", "Empty", "Struct", new { x_more = "m" }],
                ["kong.response.set_status", "Empty", "Int", 203],
            ]),
            ("log",
            [
                ["kong.ctx.shared.get", "Value", "String", "n"],
                ["kong.log.serialize", "String", "Empty"],
                ["kong.response.get_status", "Int", "Empty"],
                ["kong.log.warn", "Empty", "ListValue", "number ", 42, " and ", true],
            ]));

        using HttpResponseMessage answer = await scene.GetAsync("/x");

        Assert.Equal(203, (int)answer.StatusCode);
        Assert.Equal("1", answer.Headers.GetValues("x-late").Single());
        Assert.Equal("yes", answer.Headers.GetValues("x-early").Single());
        ReceivedRequest received = Assert.Single(scene.Upstream.Requests);
        Assert.Equal("PATCH", received.Method);
        Assert.Equal("/elsewhere?q=1", received.Target);
        Assert.Equal("body"u8.ToArray(), received.Body.ToArray());
        Assert.Null(received.Header("user-agent"));
        await scene.LoggedAsync("number 42 and true");
    }

    [Theory]
    [InlineData("""["kong.no.such", "Empty", "Empty"]""", "method \"kong.no.such\" not found")]
    [InlineData("""["kong.cache.get", "Empty", "Empty"]""", "method \"kong.cache.get\" not found")]
    [InlineData("""["hang up"]""", "closed")]
    [InlineData("""["kong.request.get_headers", "Struct", "Int", 0]""", "max_headers must be >= 1")]
    public async Task A_call_that_is_wrong_and_a_server_that_hangs_up_end_the_request_with_an_error(string call, string complaint)
    {
        await using ServedScene scene = await ServedScene.ProtobufAsync(("access", [JsonSerializer.Deserialize<object[]>(call)!]));

        using HttpResponseMessage answer = await scene.GetAsync("/");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        await scene.LoggedAsync(complaint);
        Assert.Empty(scene.Upstream.Requests);
        await scene.LoadAsync(("access", [["kong.request.get_path", "String", "Empty"], Answer]));
        Assert.Equal("/again", (await scene.ResultsAsync("/again"))[0].GetString());
    }

    private static string? Field(JsonElement message, int number) =>
        message.EnumerateArray().FirstOrDefault(field => field[0].GetInt32() == number) is { ValueKind: JsonValueKind.Array } found ? found[1].GetString() : null;
}
