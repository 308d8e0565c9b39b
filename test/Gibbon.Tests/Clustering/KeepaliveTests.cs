using System.Net;
using Gibbon.Clustering;
using Gibbon.Clustering.ControlPlanes;
using Gibbon.Clustering.DataPlanes;
using Gibbon.Dns;
using Gibbon.Observability;
using Gibbon.PluginRuntime.Host;
using Gibbon.Settings;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Gibbon.Tests.Storage;

namespace Gibbon.Tests.Clustering;

/// <summary>What the two sides do when the other one says nothing, with times that a test can wait for.</summary>
public sealed class KeepaliveTests : IAsyncDisposable
{
    private static readonly ClusterTimes Times = new()
    {
        PingInterval = TimeSpan.FromSeconds(0.2),
        LongestSilence = TimeSpan.FromSeconds(3),
        Reconnect = (TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.2)),
    };

    private readonly string _prefix = Directory.CreateTempSubdirectory("gibbon-keepalive-").FullName;
    private readonly ErrorLog _log = new(LogTarget.Off, LogSeverity.Debug, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        Directory.Delete(_prefix, recursive: true);
    }

    [Fact]
    public async Task A_data_plane_reports_again_and_again_and_leaves_a_control_plane_that_never_answers()
    {
        await using ScriptedControlPlane control = new();
        EntityStore store = new(TestSchemas.Instance);
        GatewaySettings settings = Settings("data_plane", ("database", "off"), ("cluster_control_plane", $"127.0.0.1:{control.Port}"));
        await using DataPlane plane = new(new DataPlaneParts
        {
            Settings = settings,
            NodeId = Guid.NewGuid(),
            Hostname = "here",
            Plugins = [],
            Configuration = new ConfigurationSource(new DeclarativeLoader(TestSchemas.Instance, TimeProvider.System), store),
            Names = new NamesForPlugins(new Resolver(NameSettings.From(settings.Dns), TimeProvider.System)),
            Time = TimeProvider.System,
            Log = _log,
            Times = Times,
        });
        plane.Start();

        var (tap, _, _, first) = await control.JoinedAsync();
        Assert.Equal(first.Text, (await tap.ReadFrameAsync("ping")).Text);
        Assert.Equal(first.Text, (await tap.ReadFrameAsync("ping")).Text);
        Assert.Empty((await tap.ReadFrameAsync("close")).Payload);
        await tap.DisposeAsync();

        var (again, _, _, ping) = await control.JoinedAsync();
        Assert.Equal(first.Text, ping.Text);
        await again.DisposeAsync();
    }

    [Fact]
    public async Task A_control_plane_leaves_a_data_plane_that_never_reports()
    {
        GatewaySettings settings = Settings("control_plane", ("database", "sqlite"), ("cluster_listen", "127.0.0.1:0"));
        await using NodeStorage storage = NodeStorage.Open(settings, TestSchemas.Instance, Guid.NewGuid(), TimeProvider.System, _log);
        await storage.LoadAsync();
        await using ControlPlane control = new(new ControlPlaneParts
        {
            Settings = settings,
            Storage = storage,
            Plugins = [],
            Events = new LoneNode(null),
            Time = TimeProvider.System,
            Log = _log,
            Times = Times,
        });
        await using ClusterListener listener = ClusterListener.Open(settings.Listeners.Cluster, () => control)!;
        listener.Start();
        control.Start();

        await using WireTap tap = await ClusterScene.JoinAsync(listener.Addresses[0].Port, Guid.NewGuid());
        Assert.Equal("binary", (await tap.ReadFrameAsync())!.Name);
        TappedFrame goodbye = (await tap.ReadFrameAsync())!;
        Assert.Equal(("close", 0), (goodbye.Name, goodbye.Payload.Length));
        Assert.Null(await tap.ReadFrameAsync());

        // One that says nothing at all is left as well.
        await using WireTap silent = await ClusterScene.ConnectAsync(((IPEndPoint)listener.Addresses[0]).Port, ClusterCertificates.Shared);
        Assert.Equal("", await silent.ReadHeadAsync());
    }

    [Fact]
    public async Task Connections_beyond_what_a_control_plane_takes_are_closed_and_one_line_says_so()
    {
        GatewaySettings settings = Settings("control_plane", ("database", "sqlite"), ("cluster_listen", "127.0.0.1:0"));
        string path = Path.Combine(_prefix, "limit.log");
        await using (ErrorLog log = new(new LogTarget { Path = path }, LogSeverity.Debug, TimeProvider.System))
        {
            await using NodeStorage storage = NodeStorage.Open(settings, TestSchemas.Instance, Guid.NewGuid(), TimeProvider.System, log);
            await storage.LoadAsync();
            await using ControlPlane control = new(new ControlPlaneParts
            {
                Settings = settings,
                Storage = storage,
                Plugins = [],
                Events = new LoneNode(null),
                Time = TimeProvider.System,
                Log = log,
            });
            await using ClusterListener listener = ClusterListener.Open(settings.Listeners.Cluster, () => control, most: 2)!;
            listener.Start();
            await using WireTap one = await ClusterScene.ConnectAsync(listener.Addresses[0].Port, ClusterCertificates.Shared);
            await using WireTap two = await ClusterScene.ConnectAsync(listener.Addresses[0].Port, ClusterCertificates.Shared);
            for (int more = 0; more < 5; more++)
            {
                await Assert.ThrowsAnyAsync<Exception>(() => ClusterScene.ConnectAsync(listener.Addresses[0].Port, ClusterCertificates.Shared));
            }

            await two.WriteAsync(ClusterScene.UpgradeRequest($"/v1/outlet?node_id={Guid.NewGuid()}&node_hostname=h&node_version=3.9.1"));
            Assert.StartsWith("HTTP/1.1 101 ", await two.ReadHeadAsync(), StringComparison.Ordinal);
        }

        Assert.Contains("2 connections are not enough: closed 1 that came beyond them", Assert.Single(File.ReadLines(path), static line => line.Contains("not enough", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private GatewaySettings Settings(string role, params IEnumerable<(string Name, string Value)> others)
    {
        GatewaySettings settings = SettingsLoader.From(ClusterScene.Shared(role, [("prefix", _prefix), .. others]));
        Assert.Null(PrefixDirectory.Prepare(settings));
        return settings;
    }
}
