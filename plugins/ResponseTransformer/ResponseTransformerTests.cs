using Gibbon.Testing;

namespace Gibbon.Plugins.ResponseTransformer;

public sealed class ResponseTransformerTests
{
    const string Json = """{"a":1,"b":{"c":[1,2]},"d":[{"e":1}],"s":"t","f":false,"z":null}""";

    [Fact]
    public async Task Headers_are_removed_renamed_replaced_added_and_appended_by_what_was_there_at_first()
    {
        await using var scene = await Start(
            "remove: {headers: [X-B]}, rename: {headers: ['X-A:X-B']}, replace: {headers: ['X-B:r']}, "
            + "add: {headers: ['X-B:a', 'X-New:n']}, append: {headers: ['X-B:app']}");

        Answer(scene, UpstreamAnswer.Text("plain") with { Headers = [new("X-A", "1"), new("X-B", "2")] });
        using var both = await scene.GetAsync("/x");
        Assert.Equal(("r, app", "n", null), (both.Header("X-B"), both.Header("X-New"), both.Header("X-A")));

        Answer(scene, UpstreamAnswer.Text("plain") with { Headers = [new("X-A", "1"), new("X-A", "2")] });
        using var renamed = await scene.GetAsync("/x");
        Assert.Equal("a, app", renamed.Header("X-B"));
    }

    [Fact]
    public async Task A_value_may_have_colons_and_spaces()
    {
        await using var scene = await Start("add: {headers: ['X-New:a:b c']}");

        using var response = await scene.GetAsync("/x");

        Assert.Equal("a:b c", response.Header("X-New"));
    }

    [Theory]
    [InlineData("remove: {json: [a, 'b.c', z]}", """{"b":{"c":[1,2]},"d":[{"e":1}],"s":"t","f":false}""")]
    [InlineData("rename: {json: ['a:n', 'f:g', 'none:x']}", """{"b":{"c":[1,2]},"d":[{"e":1}],"s":"t","z":null,"n":1,"g":false}""")]
    [InlineData(
        "replace: {json: ['a:5', 'b:x', 's:true', 'f:1', 'z:1.5'], json_types: [number, number, boolean, string, number]}",
        """{"a":5,"b":{"c":[1,2]},"d":[{"e":1}],"s":true,"f":false,"z":1.5}""")]
    [InlineData("add: {json: ['a:x', 'f:x', 'n:http://y/\"q\"']}", """{"a":1,"b":{"c":[1,2]},"d":[{"e":1}],"s":"t","f":"x","z":null,"n":"http:\/\/y\/\"q\""}""")]
    [InlineData("append: {json: ['b:x']}", """{"a":1,"b":{"c":[1,2],"1":"x"},"d":[{"e":1}],"s":"t","f":false,"z":null}""")]
    [InlineData("append: {json: ['a:x', 'd:x', 's:x', 'n:x']}", """{"a":["x"],"b":{"c":[1,2]},"d":[{"e":1},"x"],"s":["t","x"],"f":false,"z":null,"n":["x"]}""")]
    public async Task Fields_of_an_object_are_changed(string config, string expected)
    {
        await using var scene = await Start(config);
        Answer(scene, UpstreamAnswer.Text(Json, contentType: "application/problem+json; charset=utf-8"));

        using var response = await scene.GetAsync("/x");

        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("{bad", "application/json", "{bad")]
    [InlineData("[1, 2]", "application/json", "[1,2]")]
    [InlineData("{\"b\": 1}", "text/plain", "{\"b\": 1}")]
    public async Task What_is_no_object_has_no_fields(string body, string contentType, string expected)
    {
        await using var scene = await Start("add: {json: ['n:1']}");
        Answer(scene, UpstreamAnswer.Text(body, contentType: contentType));

        using var response = await scene.GetAsync("/x");

        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_gateways_own_errors_are_changed_too()
    {
        await using var scene = await Start("add: {headers: ['X-New:n']}");
        Answer(scene, UpstreamAnswer.Close);

        using var response = await scene.GetAsync("/x");

        Assert.Equal((502, "n"), ((int)response.StatusCode, response.Header("X-New")));
    }

    static void Answer(Scene scene, UpstreamAnswer answer) => scene.Upstream.Answer = _ => answer;

    static Task<Scene> Start(string config) => Scene.StartAsync($"{{name: response-transformer, config: {{{config}}}}}");
}
