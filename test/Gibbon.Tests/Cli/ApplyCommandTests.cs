using System.Net;
using Gibbon.Loopback;

namespace Gibbon.Tests.Cli;

public sealed class ApplyCommandTests(KongProgram kong) : IClassFixture<KongProgram>
{
    private const string First = "_format_version: '3.0'\nservices:\n- {name: a, host: h}\nroutes:\n- {name: r, paths: [/r], service: a}\n";
    private const string Second = "_format_version: '3.0'\nservices:\n- {name: a, host: other}\n";

    [Fact]
    public void A_file_is_planned_and_applied_to_a_database_that_nobody_uses()
    {
        (string, string?)[] sqlite = [("KONG_DATABASE", "sqlite"), ("KONG_PREFIX", kong.Prefix + "-direct")];
        string first = kong.Write("first.yml", First);
        string second = kong.Write("second.yml", Second);
        ProgramResult plan = kong.Run($"plan {first}", sqlite);
        Assert.Equal((0, "create services a\ncreate routes r\nwould be created: 2, updated: 0, deleted: 0; unchanged: 0; version 0\n"), (plan.ExitCode, WithoutPrefix(plan.Output)));
        ProgramResult done = kong.Run($"apply {first} --reason because", sqlite);
        Assert.Equal((0, "create services a\ncreate routes r\nwere created: 2, updated: 0, deleted: 0; unchanged: 0; version 1\n"), (done.ExitCode, WithoutPrefix(done.Output)));
        Assert.Equal("the configuration is at version 1, not 0", kong.Run($"apply {second} --if-version 0", sqlite).Message);
        ProgramResult next = kong.Run($"apply {second} --if-version 1", sqlite);
        Assert.Equal("update services a (host)\ndelete routes r\nwere created: 0, updated: 1, deleted: 1; unchanged: 0; version 2\n", Sorted(next.Output));
        Assert.Contains("\"plan\":true", kong.Run($"plan {first} --json", sqlite).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_is_told_with_its_place()
    {
        (string, string?)[] sqlite = [("KONG_DATABASE", "sqlite"), ("KONG_PREFIX", kong.Prefix + "-wrong")];
        string wrong = kong.Write("wrong.yml", "_format_version: '3.0'\nservices:\n- {name: a, host: h}\n- {name: b}\n");
        Assert.Equal("nothing was changed:\n/services/1 b host: required field missing", kong.Run($"apply {wrong}", sqlite).Message);
        Assert.Equal("expected a declarative configuration file", kong.Run("plan", sqlite).Message);
        Assert.EndsWith("No such file or directory", kong.Run("plan nowhere.yml", sqlite).Message, StringComparison.Ordinal);
        Assert.Equal("--if-version is not a number: 'x'", kong.Run($"apply {wrong} --if-version x", sqlite).Message);
        Assert.StartsWith("no node is running in ", kong.Run($"plan {wrong}").Message, StringComparison.Ordinal);
        Assert.StartsWith("could not ask the Admin API at http://127.0.0.1:1", kong.Run($"plan {wrong} --addr http://127.0.0.1:1").Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("off"), InlineData("sqlite")]
    public async Task A_running_node_is_asked_by_its_Admin_API(string database)
    {
        int port = FreePorts.One();
        (string, string?)[] node =
        [
            ("KONG_DATABASE", database), ("KONG_PREFIX", kong.Prefix + "-" + database), ("KONG_ADMIN_LISTEN", $"127.0.0.1:{port}"), ("KONG_ADMIN_TOKEN", "let-me-in"),
        ];
        Assert.Equal(0, kong.Run("start", node).ExitCode);
        try
        {
            string first = kong.Write($"{database}.yml", First);
            Assert.EndsWith("version 1\n", kong.Run($"apply {first} --reason because", node).Output, StringComparison.Ordinal);
            using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            client.DefaultRequestHeaders.Add("Kong-Admin-Token", "let-me-in");
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/routes/r", TestContext.Current.CancellationToken)).StatusCode);
            string versions = await client.GetStringAsync("/versions", TestContext.Current.CancellationToken);
            Assert.Contains($"\"by\":\"{Environment.UserName}\"", versions, StringComparison.Ordinal);
            Assert.Contains("\"reason\":\"because\"", versions, StringComparison.Ordinal);
            Assert.Equal("Unauthorized", kong.Run($"plan {first} --addr http://127.0.0.1:{port}", ("KONG_ADMIN_TOKEN", "wrong")).Message);
        }
        finally
        {
            kong.Run("stop", node);
        }
    }

    private static string WithoutPrefix(string output) => output[output.IndexOf("create services", StringComparison.Ordinal)..];

    // Deletions may come first or last; what counts is that they are told.
    private static string Sorted(string output)
    {
        string[] lines = output.TrimEnd('\n').Split('\n');
        return string.Join('\n', [.. lines[..^1].OrderDescending(StringComparer.Ordinal), lines[^1]]) + "\n";
    }
}
