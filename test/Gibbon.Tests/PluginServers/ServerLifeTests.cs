using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gibbon.Pdk;
using Gibbon.Testing;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.PluginServers;

public sealed partial class ServerLifeTests
{
    private static readonly object[] Answer = ["answer"];

    [Theory]
    [InlineData("msgpack_server.py")]
    [InlineData("protobuf_server.py")]
    public async Task A_server_that_dies_costs_the_request_and_is_started_again(string script)
    {
        await using ServedScene scene = await ServedScene.StartAsync(ServedScene.Settings(script), ("access", [Answer]));
        await scene.ResultsAsync();
        int first = LastProcess(scene);

        await scene.LoadAsync(("access", [["die"]]));
        using (HttpResponseMessage answer = await scene.GetAsync("/"))
        {
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            Assert.Contains("An unexpected error occurred", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        await scene.LoadAsync(("access", [Answer]));
        await Wait.UntilAsync(() =>
        {
            using HttpResponseMessage answer = scene.GetAsync("/").GetAwaiter().GetResult();
            return answer.StatusCode == HttpStatusCode.OK;
        });
        Assert.NotEqual(first, LastProcess(scene));
        await scene.LoggedAsync("external pluginserver 'test-one' terminated: exit 3");
    }

    [Theory]
    [InlineData("msgpack_server.py")]
    [InlineData("protobuf_server.py")]
    public async Task A_server_that_has_forgotten_a_configuration_is_told_again(string script)
    {
        await using ServedScene scene = await ServedScene.StartAsync(ServedScene.Settings(script), ("access", [["forget"], Answer]));

        for (int i = 0; i < 3; i++)
        {
            await scene.ResultsAsync();
        }
    }

    [Fact]
    public async Task What_a_server_writes_is_in_the_log()
    {
        await using ServedScene scene = await ServedScene.MsgPackAsync(("access", [["print", "a line of its own"], Answer]));
        await scene.ResultsAsync();

        await scene.LoggedAsync($"[test-one:{LastProcess(scene)}] a line of its own");
    }

    [Fact]
    public async Task A_command_that_is_not_there_is_told_of_and_tried_again()
    {
        Dictionary<string, string> settings = ServedScene.Settings("msgpack_server.py");
        settings["pluginserver_test_one_start_cmd"] = "/no/such/server";
        await using ServedScene scene = await ServedScene.StartAsync(settings, ("access", [Answer]));

        using HttpResponseMessage answer = await scene.GetAsync("/");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        await scene.LoggedAsync("external pluginserver \"test-one\" start command \"/no/such/server\" exited with \"command not found\"");
        await Wait.UntilAsync(() => Started().Count(scene.Gateway.ErrorLog) >= 2);
    }

    [Fact]
    public async Task The_server_ends_with_the_gateway()
    {
        Process process;
        await using (ServedScene scene = await ServedScene.MsgPackAsync(("access", [Answer])))
        {
            await scene.ResultsAsync();
            process = Process.GetProcessById(LastProcess(scene));
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        process.Dispose();
    }

    [Fact]
    public async Task A_server_from_before_a_reload_ends_with_the_gateway_too()
    {
        var processes = new List<Process>();
        Dictionary<string, string> settings = ServedScene.Settings("protobuf_server.py");
        await using (ServedScene scene = await ServedScene.StartAsync(settings, ("access", [Answer])))
        {
            processes.Add(Process.GetProcessById(LastProcess(scene)));
            await scene.ReloadAsync(settings, ("access", [Answer]));
            processes.Add(Process.GetProcessById(LastProcess(scene)));
        }

        foreach (Process process in processes)
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            process.Dispose();
        }
    }

    [Fact]
    public async Task A_server_from_before_a_reload_ends_when_the_last_request_from_before_it_has_and_no_sooner()
    {
        using var release = new SemaphoreSlim(0);
        Dictionary<string, string> settings = ServedScene.Settings("msgpack_server.py");
        (string, object[][]) phase = ("log", [["print", "logged"]]);
        await using ServedScene scene = await ServedScene.StartAsync(settings, phase);
        using (HttpResponseMessage first = await scene.GetAsync("/"))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        int old = LastProcess(scene);
        using Process process = Process.GetProcessById(old);
        scene.Upstream.Answer = _ => new UpstreamAnswer
        {
            Writer = async (stream, cancellation) =>
            {
                await release.WaitAsync(cancellation);
                await stream.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), cancellation);
                return true;
            },
        };
        Task<HttpResponseMessage> waiting = scene.GetAsync("/waits");
        await Wait.UntilAsync(() => scene.Upstream.Requests.Any(static request => request.Target == "/waits"));

        await scene.ReloadAsync(settings, phase);

        // The request that began before still has the old server to log with, however long it takes.
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.False(process.HasExited);
        release.Release();
        using (HttpResponseMessage answer = await waiting)
        {
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }

        await scene.LoggedAsync($"[test-one:{old}] logged");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        scene.Upstream.Answer = static _ => UpstreamAnswer.Text("fine");
        using HttpResponseMessage last = await scene.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        Assert.NotEqual(old, LastProcess(scene));
    }

    [Fact]
    public async Task A_reload_starts_the_server_anew_and_no_request_is_lost()
    {
        (string, object[][]) phase = ("access", [["kong.request.get_path"], Answer]);
        Dictionary<string, string> settings = ServedScene.Settings("msgpack_server.py");
        await using ServedScene scene = await ServedScene.StartAsync(settings, phase);
        await scene.ResultsAsync();
        int first = LastProcess(scene);
        using var enough = new CancellationTokenSource();
        Task load = Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    Assert.Equal("/busy", (await scene.ResultsAsync("/busy"))[0].GetString());
                }
            },
            TestContext.Current.CancellationToken);

        await scene.ReloadAsync(settings, phase);

        await scene.ResultsAsync();
        await enough.CancelAsync();
        await load;
        Assert.NotEqual(first, LastProcess(scene));
    }

    [Theory]
    [InlineData("echo '{'", "failed loading external plugins: failed decoding plugin info:")]
    [InlineData("echo 7", "failed loading external plugins: not a plugin info table: \necho 7\n7")]
    [InlineData("""echo '{"Protocol":"Telepathy","Plugins":[{"Name":"caller","Priority":1,"Version":"1","Schema":{}}]}'""", "failed loading external plugins: unknown protocol implementation: Telepathy")]
    [InlineData("""echo '[{"Name":"caller","Priority":1.5,"Version":"1"}]'""", "Plugin \"caller\" cannot be loaded because its PRIORITY field is not a valid integer number, got: \"1.5\".")]
    [InlineData("""echo '[{"Name":"caller","Priority":1,"Version":"new","Schema":{"name":"caller","fields":[{"config":{"type":"record","fields":[]}}]}}]'""", "Plugin \"caller\" cannot be loaded because its VERSION field does not follow the \"x.y.z\" format, got: \"new\".")]
    [InlineData("""echo '[{"Name":"caller","Priority":1,"Version":"1.0","Schema":{"name":"caller","fields":[{"config":{"type":"record","fields":[{"x":{"type":"colour"}}]}}]}}]'""", "error loading plugin schemas: on plugin 'caller':")]
    [InlineData("""echo '[{"Name":"another","Priority":1,"Version":"1.0","Schema":{"name":"another","fields":[{"config":{"type":"record","fields":[]}}]}}]'""", "caller plugin is enabled but not installed;")]
    public async Task A_server_that_says_what_makes_no_sense_stops_the_start(string command, string complaint)
    {
        Dictionary<string, string> settings = ServedScene.Settings("msgpack_server.py");
        settings["pluginserver_test_one_query_cmd"] = command;

        PluginLoadException failure = await Assert.ThrowsAsync<PluginLoadException>(() => ServedScene.StartAsync(settings));

        Assert.Contains(complaint, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_a_query_command_is_a_wrong_setting()
    {
        Dictionary<string, string> settings = ServedScene.Settings("msgpack_server.py");
        settings.Remove("pluginserver_test_one_query_cmd");

        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(() => ServedScene.StartAsync(settings));

        Assert.Contains("query_command undefined for pluginserver test-one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_somebody_else_starts_is_only_talked_to()
    {
        string folder = Directory.CreateTempSubdirectory("served-").FullName;
        Dictionary<string, string> settings = ServedScene.Settings("protobuf_server.py");
        settings.Remove("pluginserver_test_one_start_cmd");
        settings["pluginserver_test_one_socket"] = $"{folder}/s";
        ProcessStartInfo start = new("python3") { ArgumentList = { $"{ServedScene.Files}/servers/protobuf_server.py", "serve", "caller", $"{folder}/s" } };
        using Process server = Process.Start(start)!;
        try
        {
            await Wait.UntilAsync(() => File.Exists($"{folder}/s"));
            await using ServedScene scene = await ServedScene.StartAsync(settings, ("access", [Answer]));
            await Wait.UntilAsync(() =>
            {
                using HttpResponseMessage answer = scene.GetAsync("/").GetAwaiter().GetResult();
                return answer.StatusCode == HttpStatusCode.OK;
            });
            Assert.DoesNotContain("[pluginserver] starting", scene.Gateway.ErrorLog, StringComparison.Ordinal);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int LastProcess(ServedScene scene) =>
        int.Parse(Started().Matches(scene.Gateway.ErrorLog)[^1].Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[pluginserver\] started, pid (\d+)")]
    private static partial Regex Started();
}
