using System.Text.Json;
using Gibbon.Testing;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.PluginServers;

/// <summary>A gateway with a plugin server of the tests', whose plugin makes the calls that its configuration names, in each phase.</summary>
internal sealed class ServedScene : IAsyncDisposable
{
    private readonly string _folder;

    private ServedScene(string folder, FakeUpstream upstream, TestGateway gateway) => (_folder, Upstream, Gateway) = (folder, upstream, gateway);

    public FakeUpstream Upstream { get; }

    public TestGateway Gateway { get; }

    /// <summary>Where the files of these tests are.</summary>
    public static string Files { get; } = Path.Combine(Root(), "test", "Gibbon.Tests", "PluginServers");

    public static Task<ServedScene> MsgPackAsync(params (string Phase, object[][] Calls)[] phases) =>
        StartAsync(Settings("msgpack_server.py"), phases);

    public static Task<ServedScene> ProtobufAsync(params (string Phase, object[][] Calls)[] phases) =>
        StartAsync(Settings("protobuf_server.py"), phases);

    /// <summary>The settings that name a server; <c>{folder}</c> stands for a folder of the test's own.</summary>
    public static Dictionary<string, string> Settings(string script) => new()
    {
        ["plugins"] = "bundled,caller",
        ["log_level"] = "info",
        ["pluginserver_names"] = "Test-One",
        ["pluginserver_test_one_socket"] = "{folder}/s",
        ["pluginserver_test_one_start_cmd"] = $"python3 '{Files}/servers/{script}' serve caller '{{folder}}/s'",
        ["pluginserver_test_one_query_cmd"] = $"python3 '{Files}/servers/{script}' dump caller",
    };

    public static async Task<ServedScene> StartAsync(Dictionary<string, string> settings, params (string Phase, object[][] Calls)[] phases)
    {
        string folder = Directory.CreateTempSubdirectory("served-").FullName;
        FakeUpstream upstream = FakeUpstream.Start();
        try
        {
            Dictionary<string, string> own = settings.ToDictionary(pair => pair.Key, pair => pair.Value.Replace("{folder}", folder, StringComparison.Ordinal));
            TestGateway gateway = await TestGateway.StartAsync(
                Configuration(upstream, phases), own, loaders: [], cancellation: TestContext.Current.CancellationToken);
            var scene = new ServedScene(folder, upstream, gateway);
            await ListensAsync(own);
            return scene;
        }
        catch
        {
            await upstream.DisposeAsync();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    // On a busy machine a server may take longer than the gateway has patience.
    public static async Task ListensAsync(string socket)
    {
        await Wait.UntilAsync(() =>
        {
            try
            {
                using var client = new System.Net.Sockets.Socket(
                    System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
                client.Connect(new System.Net.Sockets.UnixDomainSocketEndPoint(socket));
                return true;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        });
    }

    private static Task ListensAsync(Dictionary<string, string> settings) =>
        settings.GetValueOrDefault("pluginserver_test_one_start_cmd")?.StartsWith("python3", StringComparison.Ordinal) is true
            ? ListensAsync(settings["pluginserver_test_one_socket"])
            : Task.CompletedTask;

    /// <summary>Another configuration of the plugin.</summary>
    public Task LoadAsync(params (string Phase, object[][] Calls)[] phases) => Gateway.LoadAsync(Configuration(Upstream, phases));

    /// <summary>Reloads as the command does.</summary>
    public Task ReloadAsync(Dictionary<string, string> settings, params (string Phase, object[][] Calls)[] phases) => Gateway.ReloadAsync(
        Configuration(Upstream, phases), settings.ToDictionary(pair => pair.Key, pair => pair.Value.Replace("{folder}", _folder, StringComparison.Ordinal)));

    public Task<HttpResponseMessage> GetAsync(string path) => Gateway.Client.GetAsync(path, TestContext.Current.CancellationToken);

    /// <summary>What the calls gave, which the plugin has answered with.</summary>
    public async Task<JsonElement[]> ResultsAsync(string path = "/")
    {
        using HttpResponseMessage answer = await GetAsync(path);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}\n{Gateway.ErrorLog}");
        return JsonSerializer.Deserialize<JsonElement[]>(text)!;
    }

    public Task LoggedAsync(string text) => Wait.UntilAsync(() => Gateway.ErrorLog.Contains(text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A configuration of the plugin, on a route with a service.</summary>
    public static string Configuration(FakeUpstream upstream, params (string Phase, object[][] Calls)[] phases) => $$"""
        _format_version: "3.0"
        services:
        - name: things
          url: {{upstream.Url}}
          routes:
          - name: all
            paths: ["/", "~/users/(?<id>\\d+)/(\\w+)"]
        consumers:
        - username: anna
          custom_id: "17"
        plugins:
        - name: caller
          config: {{JsonSerializer.Serialize(phases.ToDictionary(phase => phase.Phase, phase => JsonSerializer.Serialize(phase.Calls)))}}
        """;

    private static string Root()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Gibbon.slnx")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return directory;
    }
}
