using System.Net.Http.Headers;
using System.Text;
using Gibbon.Testing;

namespace Gibbon.Plugins.RequestTransformer;

public sealed class RequestTransformerTests
{
    [Fact]
    public async Task Things_are_removed_wherever_they_are()
    {
        await using var scene = await Start("remove: {headers: [X-A], querystring: [a], body: [f]}");

        await scene.GetAsync("/x?a=1&a=2&c", ("X-A", "1"), ("X-A", "2"), ("X-B", "2"));
        Assert.Equal("/x?c", scene.Received.Target);
        Assert.Null(scene.Received.Header("X-A"));
        Assert.Equal("2", scene.Received.Header("X-B"));

        await SendJson(scene, """{"f":1,"k":["v"],"o":{"f":2}}""");
        Assert.Equal("""{"k":["v"],"o":{"f":2}}""", scene.Received.Text);
        Assert.Equal("23", scene.Received.Header("Content-Length"));

        await SendText(scene, "f=1&k=v", "application/x-www-form-urlencoded");
        Assert.Equal("k=v", scene.Received.Text);

        await SendText(scene, "f=1", "text/plain");
        Assert.Equal("f=1", scene.Received.Text);
    }

    [Fact]
    public async Task Only_what_is_there_is_replaced()
    {
        await using var scene = await Start("replace: {headers: ['X-A:new', 'X-None:no'], querystring: ['a:new', 'none:x'], body: ['f:new', 'none:1']}");

        await scene.GetAsync("/x?a=1&a=2&c", ("X-A", "1"), ("X-A", "2"));
        Assert.Equal("/x?a=new&c", scene.Received.Target);
        Assert.Equal("new", scene.Received.Header("X-A"));
        Assert.Null(scene.Received.Header("X-None"));

        await SendJson(scene, """{"f":null,"k":false}""");
        Assert.Equal("""{"f":"new","k":false}""", scene.Received.Text);
    }

    [Fact]
    public async Task Only_what_is_not_there_is_added()
    {
        await using var scene = await Start(
            "add: {headers: ['X-A:added', 'X-New:added', 'X-Url:http://a.test:80/x'], querystring: ['a:added', 'new:a b&c'], body: ['f:added', 'n:1']}");

        await scene.GetAsync("/x?k=a%20b&a=1&l=c+d&n=%2B&p&r=", ("X-A", "1"));
        Assert.Equal("/x?a=1&k=a%20b&l=c%20d&n=%2B&new=a%20b%26c&p&r=", scene.Received.Target);
        Assert.Equal("1", scene.Received.Header("X-A"));
        Assert.Equal("added", scene.Received.Header("X-New"));
        Assert.Equal("http://a.test:80/x", scene.Received.Header("X-Url"));

        await SendJson(scene, """{"f":false,"k":1}""");
        Assert.Equal("""{"f":"added","k":1,"n":"1"}""", scene.Received.Text);

        await SendJson(scene, "");
        Assert.Equal("""{"f":"added","n":"1"}""", scene.Received.Text);

        await SendJson(scene, "{bad");
        Assert.Equal("{bad", scene.Received.Text);
    }

    [Fact]
    public async Task Things_are_removed_renamed_replaced_added_and_appended_in_this_order()
    {
        await using var scene = await Start(
            "remove: {headers: [X-B]}, rename: {headers: ['X-A:X-B']}, replace: {headers: ['X-B:repl']}, "
            + "add: {headers: ['X-B:add', 'X-C:c']}, append: {headers: ['X-B:app']}");

        await scene.GetAsync("/x", ("X-A", "1"), ("X-B", "2"));
        Assert.Equal(("repl, app", "c", null), (scene.Received.Header("X-B"), scene.Received.Header("X-C"), scene.Received.Header("X-A")));

        await scene.GetAsync("/x");
        Assert.Equal("add, app", scene.Received.Header("X-B"));
    }

    [Fact]
    public async Task Something_is_appended_to_what_is_there()
    {
        await using var scene = await Start("append: {querystring: ['a:z', 'b:z'], body: ['s:z', 'l:z', 'n:z']}");

        await scene.GetAsync("/x?a=1");
        Assert.Equal("/x?a=1&a=z&b=z", scene.Received.Target);

        await SendJson(scene, """{"s":"t","l":["t"],"n":1}""");
        Assert.Equal("""{"s":["t","z"],"l":["t","z"],"n":["z"]}""", scene.Received.Text);
    }

    [Fact]
    public async Task An_object_is_appended_to_under_numbers()
    {
        await using var scene = await Start("append: {body: ['o:x', 'o:y']}");

        await SendJson(scene, """{"o":{"k":1}}""");

        Assert.Equal("""{"o":{"k":1,"1":"x","2":"y"}}""", scene.Received.Text);
    }

    [Theory]
    [InlineData("rename: {body: ['f:f', 'none:x']}, replace: {body: ['none:1']}")]
    [InlineData("add: {body: ['f:1']}, replace: {body: ['none:1']}")]
    public async Task A_body_to_which_no_rule_applies_arrives_as_it_was_sent(string rules)
    {
        await using var scene = await Start(rules);
        foreach (var (body, type) in new[]
        {
            ("{ \"f\" : 1 }", "application/json"), ("f=1&k=%7E", "application/x-www-form-urlencoded"), ("[1]", "application/json"),
            ("--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n1\r\n--b--\r\n", "multipart/form-data; boundary=b"),
        })
        {
            await SendText(scene, body, type);
            Assert.Equal(body, scene.Received.Text);
        }
    }

    [Fact]
    public async Task A_part_that_is_renamed_takes_the_place_of_the_one_that_has_the_name()
    {
        await using var scene = await Start("rename: {body: ['f:k']}");

        const string head = "--b\r\nContent-Disposition: form-data; name=";
        await SendText(scene, $"{head}\"f\"\r\n\r\n1\r\n{head}\"k\"\r\n\r\n2\r\n--b--\r\n", "multipart/form-data; boundary=b");

        Assert.Equal($"{head}\"k\"\r\n\r\n1\r\n--b--\r\n", scene.Received.Text);
    }

    [Fact]
    public async Task The_path_is_replaced_and_the_query_stays()
    {
        await using var scene = await Start("replace: {uri: \"/v/$(query_params.a or 'none')\"}");

        await scene.GetAsync("/x?a=a%20b/c");
        Assert.Equal("/v/a%20b/c?a=a%20b/c", scene.Received.Target);

        await scene.GetAsync("/x");
        Assert.Equal("/v/none", scene.Received.Target);
    }

    [Fact]
    public async Task Templates_see_the_request()
    {
        await using var scene = await Start(
            "add: {headers: ['x-t:$(headers.x_a)', \"x-h:$(headers['x-a'])\", 'x-q:$(query_params.a)', \"x-m:$(query_params.none or 'dflt')\", "
            + "'x-u:pre-$(headers.host)-post', 'x-s:$(shared.x)']}");

        await scene.GetAsync("/x?a=1", ("X-A", "va"), ("Host", "api.test"));

        Assert.Equal(
            ["va", "va", "1", "dflt", "pre-api.test-post", ""],
            new[] { "x-t", "x-h", "x-q", "x-m", "x-u", "x-s" }.Select(name => scene.Received.Header(name)!.Trim()));
    }

    [Theory]
    [InlineData("x-t:$(nothere.deep.er)")]
    [InlineData("x-t:$$(not)")]
    public async Task A_template_that_fails_is_an_internal_error(string header)
    {
        await using var scene = await Start($"add: {{headers: ['{header}']}}");

        Assert.Equal((500, "An unexpected error occurred"), await (await scene.GetAsync("/x")).ErrorAsync());
    }

    [Fact]
    public async Task Without_untrusted_Lua_no_expression_is_rendered()
    {
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await TestGateway.StartAsync(
            $$$$"""
            _format_version: "3.0"
            services:
            - url: {{{{upstream.Url}}}}
              routes:
              - paths: [/variable]
                plugins: [{name: request-transformer, config: {add: {headers: ["x-t:$(headers.host)"]}}}]
              - paths: [/constant]
                plugins: [{name: request-transformer, config: {add: {headers: ["x-t:$(1 + 1)"]}}}]
              - paths: [/plain]
                plugins: [{name: request-transformer, config: {add: {headers: ["x-t:$1 (one)"]}}}]
            """,
            new Dictionary<string, string> { ["untrusted_lua"] = "off" });

        using var variable = await gateway.Client.GetAsync("/variable");
        Assert.Equal(500, (int)variable.StatusCode);
        using var constant = await gateway.Client.GetAsync("/constant");
        Assert.Equal(500, (int)constant.StatusCode);
        using var plain = await gateway.Client.GetAsync("/plain");
        Assert.Equal("$1 (one)", upstream.Requests[^1].Header("x-t"));
    }

    [Fact]
    public async Task What_needs_a_Lua_machine_is_refused_when_it_is_configured()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Start("add: {headers: ['x:$((function() return 1 end)())']}"));

        Assert.Contains("templates are evaluated without a Lua machine, and this one has a function", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_goes_to_the_query_when_the_method_has_no_body()
    {
        await using var scene = await Start("http_method: GET");

        await SendText(scene, "b=2&a=3", "application/x-www-form-urlencoded", "/x?a=1");

        Assert.Equal(("GET", "/x?a=1&a=3&b=2"), (scene.Received.Method, scene.Received.Target));
    }

    [Fact]
    public async Task Parts_of_a_multipart_form_are_changed_and_the_others_stay_as_they_are()
    {
        await using var scene = await Start("remove: {body: [gone]}, rename: {body: ['old:name']}, replace: {body: ['r:new']}, add: {body: ['a:1', 'r:2']}");
        const string file = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.bin\"\r\nContent-Type: image/png\r\n\r\n\u0001\r\n";

        await SendText(scene, file + Part("old", "o") + Part("gone", "g") + Part("r", "r") + "--b--\r\n", "multipart/form-data; boundary=b");

        Assert.Equal(file + Part("name", "o") + Part("r", "new") + Part("a", "1") + "--b--\r\n", scene.Received.Text);

        static string Part(string name, string content) => $"--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n";
    }

    static Task<Scene> Start(string config) => Scene.StartAsync($"{{name: request-transformer, config: {{{config}}}}}");

    static Task<HttpResponseMessage> SendJson(Scene scene, string body) => SendText(scene, body, "application/json");

    static async Task<HttpResponseMessage> SendText(Scene scene, string body, string contentType, string path = "/x")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await scene.SendAsync("POST", path, content);
    }
}
