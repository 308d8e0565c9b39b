using System.Net;
using System.Text;
using System.Text.Json;
using Gibbon.Testing;

namespace Gibbon.Tests.PluginServers;

public sealed class MsgPackServerTests
{
    private static readonly object[] Answer = ["answer"];

    [Fact]
    public async Task A_plugin_in_another_process_reads_the_request_and_answers_it()
    {
        await using ServedScene scene = await ServedScene.MsgPackAsync(("access",
        [
            ["kong.request.get_method"],
            ["kong.request.get_path_with_query"],
            ["kong.request.get_query"],
            ["kong.request.get_query_arg", "flag"],
            ["kong.request.get_header", "x-one"],
            ["kong.request.get_headers"],
            ["kong.request.get_raw_body"],
            ["kong.request.get_body"],
            ["kong.request.get_http_version"],
            ["kong.request.get_uri_captures"],
            ["kong.request.get_header", "x-none"],
            Answer,
        ]));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/users/17/edit?a=1&a=2&b=x&flag")
        {
            Content = new StringContent("""{"n":[1,2.5,null,true]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-One", "eins");

        using HttpResponseMessage answer = await scene.Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        JsonElement[] results = JsonSerializer.Deserialize<JsonElement[]>(text)!;

        Assert.Equal("POST", results[0].GetString());
        Assert.Equal("/users/17/edit?a=1&a=2&b=x&flag", results[1].GetString());
        Assert.Equal("""{"a": ["1", "2"], "b": ["x"], "flag": []}""", Plain(results[2]));
        Assert.True(results[3].GetBoolean());
        Assert.Equal("eins", results[4].GetString());
        Assert.Equal("eins", results[5].GetProperty("x-one")[0].GetString());
        Assert.Equal("""{"n":[1,2.5,null,true]}"""u8.ToArray(), results[6].GetProperty("bytes").EnumerateArray().Select(static item => item.GetByte()));
        Assert.Equal("""{"n": [1, 2.5, null, true]}""", Plain(results[7]));
        Assert.Equal(1.1, results[8].GetDouble());
        Assert.Equal("17", results[9].GetProperty("named").GetProperty("id").GetString());
        Assert.Equal("edit", results[9].GetProperty("unnamed")[2].GetString());
        Assert.Equal(JsonValueKind.Null, results[10].ValueKind);
        Assert.Empty(scene.Upstream.Requests);
    }

    [Fact]
    public async Task It_is_told_of_its_configuration_with_defaults_and_where_it_is_attached()
    {
        await using ServedScene scene = await ServedScene.MsgPackAsync(("access", [["config"], ["kong.plugin.get_id"], Answer]));

        JsonElement[] results = await scene.ResultsAsync();

        Assert.Equal(5, results[0].GetProperty("limit").GetInt32());
        Assert.Equal(0, results[0].GetProperty("colours").GetArrayLength());
        Assert.Equal(results[1].GetString(), results[0].GetProperty("__plugin_id").GetString());
        Assert.True(results[0].GetProperty("__seq__").GetInt32() > 0);
        Assert.False(results[0].TryGetProperty("route_id", out _));
        Assert.False(results[0].TryGetProperty("log", out _));
    }

    [Fact]
    public async Task It_changes_what_the_service_gets_and_what_the_client_gets_and_logs_both()
    {
        await using ServedScene scene = await ServedScene.MsgPackAsync(
            ("rewrite", [["kong.service.request.set_header", "x-early", "yes"], ["kong.ctx.shared.set", "n", 41]]),
            ("access",
            [
                ["kong.service.request.set_header", "x-list", new[] { "a", "b" }],
                ["kong.service.request.set_query", new { q = "1", on = true }],
                ["kong.service.request.set_method", "PUT"],
                ["bytes", "kong.service.request.set_raw_body", new[] { 0, 255, 65 }],
                ["kong.client.authenticate", new { id = "5f2a3b1c-9df4-4d0e-8a53-4c9a0e1f7a11", username = "made-up" }, new { id = "c1" }],
                ["kong.log.set_serialize_value", "mine", new { deep = 1 }],
            ]),
            ("response", [["kong.service.response.get_status"], ["kong.response.set_header", "x-late", 7], ["kong.response.set_status", 202]]),
            ("log", [["kong.ctx.shared.get", "n"], ["kong.log.serialize"], ["kong.log.notice", "number ", 42, " and ", true]]));

        using HttpResponseMessage answer = await scene.GetAsync("/x");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("7", answer.Headers.GetValues("x-late").Single());
        ReceivedRequest received = Assert.Single(scene.Upstream.Requests);
        Assert.Equal("PUT", received.Method);
        Assert.Equal("/x?on&q=1", received.Target);
        Assert.Equal("yes", received.Header("x-early"));
        Assert.Equal([0, 255, 65], received.Body.ToArray());
        await scene.LoggedAsync("number 42 and true");
    }

    [Fact]
    public async Task Its_schema_is_one_like_any_other()
    {
        await using ServedScene scene = await ServedScene.MsgPackAsync(("access", [Answer]));

        string schema = await scene.Gateway.Admin.GetStringAsync("/schemas/plugins/caller", TestContext.Current.CancellationToken);
        using HttpResponseMessage refused = await scene.Gateway.Admin.PostAsync(
            "/schemas/plugins/validate",
            new StringContent("""{"name":"caller","config":{"limit":11,"nothing":1,"colours":"red"}}""", Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);
        string error = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("\"limit\"", schema, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("value should be between 1 and 10", error, StringComparison.Ordinal);
        Assert.Contains("unknown field", error, StringComparison.Ordinal);
        Assert.Contains("expected an array", error, StringComparison.Ordinal);
        string information = await scene.Gateway.Admin.GetStringAsync("/", TestContext.Current.CancellationToken);
        JsonElement plugin = JsonDocument.Parse(information).RootElement.GetProperty("plugins").GetProperty("available_on_server").GetProperty("caller");
        Assert.Equal("0.2.0", plugin.GetProperty("version").GetString());
        Assert.Equal(777, plugin.GetProperty("priority").GetInt32());
    }

    [Fact]
    public async Task A_failure_that_a_function_tells_of_is_the_plugins_to_handle()
    {
        await using ServedScene scene = await ServedScene.MsgPackAsync(("access",
        [
            ["kong.service.set_upstream", "nowhere"],
            ["kong.vault.get", "no reference"],
            ["kong.nothing.at_all"],
            ["kong.client.load_consumer", "anna", true],
            ["kong.router.get_route"],
            ["kong.router.get_service"],
            Answer,
        ]));

        JsonElement[] results = await scene.ResultsAsync();

        Assert.NotEmpty(results[0].GetProperty("error").GetString()!);
        Assert.NotEmpty(results[1].GetProperty("error").GetString()!);
        Assert.Equal(JsonValueKind.Null, results[2].ValueKind);
        Assert.Equal("17", results[3].GetProperty("custom_id").GetString());
        Assert.Equal("all", results[4].GetProperty("name").GetString());
        Assert.Equal("things", results[5].GetProperty("name").GetString());
        await scene.LoggedAsync("could not find pdk method: kong.nothing.at_all");
    }

    [Theory]
    [InlineData("kong.request.get_header", 1, "header name must be a string")]
    [InlineData("kong.request.get_headers", 1001, "max_headers must be <= 1000")]
    [InlineData("kong.response.get_status", null, "function cannot be called in access phase (only in: response, header_filter, body_filter, log, error, admin_api)")]
    [InlineData("kong.service.set_retries", -1, "retries must be an integer between 0 and 32767: given -1")]
    public async Task A_call_that_is_wrong_ends_the_request_with_an_error_and_the_server_goes_on(string function, object? argument, string complaint)
    {
        await using ServedScene scene = await ServedScene.MsgPackAsync(("access", [argument is null ? [function] : [function, argument]]));

        using HttpResponseMessage answer = await scene.GetAsync("/");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        await scene.LoggedAsync(complaint);
        await scene.LoadAsync(("access", [["kong.request.get_path"], Answer]));
        Assert.Equal("/again", (await scene.ResultsAsync("/again"))[0].GetString());
    }

    [Fact]
    public async Task Many_requests_are_handled_at_once()
    {
        await using ServedScene scene = await ServedScene.MsgPackAsync(("access", [["kong.request.get_path"], ["kong.request.get_query_arg", "n"], ["count"], Answer]));

        JsonElement[][] all = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => scene.ResultsAsync($"/p{number}?n={number}")));

        for (int number = 0; number < all.Length; number++)
        {
            Assert.Equal($"/p{number}", all[number][0].GetString());
            Assert.Equal($"{number}", all[number][1].GetString());
            Assert.Equal("[1, 0]", Plain(all[number][2]));
        }
    }

    [Fact]
    public async Task Another_configuration_is_another_instance_and_the_old_one_is_closed()
    {
        await using ServedScene scene = await ServedScene.MsgPackAsync(("access", [["count"], Answer]));
        Assert.Equal("[1, 0]", Plain((await scene.ResultsAsync())[0]));

        await scene.LoadAsync(("access", [["count"], ["kong.request.get_method"], Answer]));

        JsonElement[] results = await scene.ResultsAsync();
        Assert.Equal("GET", results[1].GetString());
        await Dns.Wait.UntilAsync(() => Plain(scene.ResultsAsync().GetAwaiter().GetResult()[0]) == "[2, 1]");
    }

    private static string Plain(JsonElement value) => value.GetRawText();
}
