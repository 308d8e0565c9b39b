using System.Text.Json.Nodes;
using Gibbon.Pdk;

namespace Gibbon.Tests.Proxy;

public sealed class RequestDebugTests
{
    private const string Asked = "X-Kong-Request-Debug: *";
    private const string Header = "X-Kong-Request-Debug-Output: ";

    private static readonly Dictionary<string, string> Token = new() { ["request_debug_token"] = "t0ken" };

    [Fact]
    public async Task Whoever_knows_the_token_sees_the_timings()
    {
        await using var scene = await PdkScene.StartAsync("/", Token, "", new ProbePlugin { OnAccess = static async (_, _) => await Task.Delay(20) });

        var answer = await scene.GetRawAsync("/", Asked, "X-Kong-Request-Debug-Token: t0ken");

        var output = Output(answer)!;
        Assert.Matches("^[0-9a-f]{32}$", (string?)output["request_id"]);
        var child = output["child"]!;
        var plugin = Assert.Single(child["access"]!["child"]!["plugins"]!["child"]!["probe"]!["child"]!.AsObject());
        Assert.InRange((double)plugin.Value!["total_time"]!, 15, 5000);
        Assert.InRange((double)child["access"]!["total_time"]!, 15, 5000);
        Assert.NotNull(child["access"]!["child"]!["router"]!["total_time"]);
        Assert.NotNull(child["rewrite"]!["total_time"]);
        Assert.NotNull(child["balancer"]!["total_time"]);
        Assert.NotNull(child["header_filter"]!["total_time"]);
        Assert.NotNull(child["upstream"]!["child"]!["time_to_first_byte"]!["total_time"]);
        Assert.InRange((double)output["total_time_without_upstream"]!, 15, 5000);
    }

    [Theory]
    [InlineData(Asked)]
    [InlineData(Asked, "X-Kong-Request-Debug-Token: wrong")]
    [InlineData("X-Kong-Request-Debug: 1", "X-Kong-Request-Debug-Token: t0ken")]
    [InlineData("X-Kong-Request-Debug-Token: t0ken")]
    public async Task Anybody_else_sees_nothing_on_loopback_neither(params string[] headers)
    {
        await using var scene = await PdkScene.StartAsync("/", Token, "");

        Assert.DoesNotContain(Header, await scene.GetRawAsync("/", headers), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("t0ken")]
    [InlineData("wrong")]
    public async Task The_service_never_sees_the_headers_that_ask(string token)
    {
        await using var scene = await PdkScene.StartAsync("/", Token, "");

        await scene.GetRawAsync("/", Asked, $"X-Kong-Request-Debug-Token: {token}", "X-Kong-Request-Debug-Log: true");

        Assert.DoesNotContain(scene.Received.Headers, static header => header.Key.StartsWith("X-Kong-Request-Debug", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_log_has_the_body_too_when_asked()
    {
        await using var scene = await PdkScene.StartAsync("/", Token, "");

        await scene.GetRawAsync("/", Asked, "X-Kong-Request-Debug-Token: t0ken", "X-Kong-Request-Debug-Log: true");

        var line = await scene.LogLineAsync("[request-debug] output: {");
        Assert.Contains(" [notice] ", line, StringComparison.Ordinal);
        Assert.Contains("\"streaming\":", line, StringComparison.Ordinal);
        Assert.Contains("\"body_filter\":", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_without_a_token_makes_one_up_for_who_may_read_its_files()
    {
        await using var scene = await PdkScene.StartAsync("/", null, "");
        var file = Path.Combine(scene.Gateway.Prefix, ".request_debug_token");
        var token = await File.ReadAllTextAsync(file);

        var answer = await scene.GetRawAsync("/", Asked, $"X-Kong-Request-Debug-Token: {token}");

        Assert.NotNull(Output(answer));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await scene.LogLineAsync($"token for request debugging: {token}");
    }

    [Fact]
    public async Task Timings_too_long_for_a_header_are_in_the_log_alone()
    {
        ProbePlugin[] probes = [.. Enumerable.Range(0, 30).Select(static i => new ProbePlugin($"probe-with-a-rather-long-name-{i}", 1000 + i) { OnAccess = static (_, _) => default })];
        var trust = new Dictionary<string, string>(Token) { ["trusted_ips"] = "127.0.0.1" };
        await using var scene = await PdkScene.StartAsync("/", trust, "", probes);

        var answer = await scene.GetRawAsync("/", Asked, "X-Kong-Request-Debug-Token: t0ken", "X-Real-IP: 10.0.0.1");

        Assert.True((bool)Output(answer)!["truncated"]!);
        await scene.LogLineAsync("[request-debug] parts: 1/");
    }

    private static JsonNode? Output(string answer)
    {
        var line = answer.Split("\r\n").FirstOrDefault(static line => line.StartsWith(Header, StringComparison.OrdinalIgnoreCase));
        return line is null ? null : JsonNode.Parse(line[Header.Length..]);
    }
}
