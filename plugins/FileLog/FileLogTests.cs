using System.Text.Json.Nodes;

namespace Gibbon.Plugins.FileLog;

public sealed class FileLogTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("gibbon-file-log-").FullName;

    string LogFile => Path.Combine(directory, "requests.log");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task An_entry_is_a_line()
    {
        await using var scene = await Start("custom_fields_by_lua: {where: 'return \"here\"', request.headers: return nil}");

        await scene.GetAsync("/one");
        await scene.GetAsync("/two");
        var lines = await LinesAsync(LogFile, 2);

        Assert.Equal(["/one", "/two"], lines.Select(line => (string?)JsonNode.Parse(line)!["request"]!["uri"]));
        Assert.All(lines, line => Assert.Equal("here", (string?)JsonNode.Parse(line)!["where"]));
        Assert.All(lines, line => Assert.Null(JsonNode.Parse(line)!["request"]!["headers"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("reopen: true")]
    public async Task A_file_that_was_moved_away_is_made_anew(string config)
    {
        await using var scene = await Start(config);

        await scene.GetAsync("/before");
        await LinesAsync(LogFile, 1);
        File.Move(LogFile, LogFile + ".1");
        await scene.GetAsync("/after");

        Assert.Contains("/after", Assert.Single(await LinesAsync(LogFile, 1)), StringComparison.Ordinal);
        Assert.Contains("/before", Assert.Single(await LinesAsync(LogFile + ".1", 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_removed_is_made_anew()
    {
        await using var scene = await Start("");

        await scene.GetAsync("/before");
        await LinesAsync(LogFile, 1);
        File.Delete(LogFile);
        await scene.GetAsync("/after");

        Assert.Contains("/after", Assert.Single(await LinesAsync(LogFile, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_cut_short_grows_from_its_start()
    {
        await using var scene = await Start("");

        await scene.GetAsync("/before");
        await LinesAsync(LogFile, 1);
        await File.WriteAllTextAsync(LogFile, "");
        await scene.GetAsync("/after");

        Assert.StartsWith("{", Assert.Single(await LinesAsync(LogFile, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_is_told_and_delays_nobody()
    {
        await using var scene = await Scene.StartAsync($"{{name: file-log, config: {{path: {directory}/none/requests.log}}}}");

        using var response = await scene.GetAsync("/");

        Assert.Equal(200, (int)response.StatusCode);
        await scene.LoggedAsync("failed to open the file: No such file or directory");
    }

    static async Task<string[]> LinesAsync(string file, int count)
    {
        for (var i = 0; i < 3000; i++)
        {
            var text = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
            if (text.Count(c => c == '\n') >= count)
                return text.TrimEnd('\n').Split('\n');

            await Task.Delay(10);
        }

        throw new TimeoutException($"{file} does not fill");
    }

    Task<Scene> Start(string config) => Scene.StartAsync($"{{name: file-log, config: {{path: {LogFile}, {config}}}}}");
}
