using BenchmarkDotNet.Attributes;
using Gibbon.Pdk.Entities;
using Gibbon.PluginRuntime;
using Gibbon.Settings;
using Gibbon.Snapshots;
using Gibbon.Storage;

namespace Gibbon.Benchmarks;

/// <summary>What one changed route costs from the store to the live snapshot: it must not grow with the number of routes.</summary>
[MemoryDiagnoser]
public class SnapshotBenchmarks
{
    private readonly Service _service = new() { Id = Guid.NewGuid(), Host = "127.0.0.1" };
    private EntityStore _store = null!;
    private Snapshot _snapshot = null!;
    private Route[] _versions = null!;
    private int _turn;

    [Params(100, 10_000, 100_000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        GatewaySettings settings = GatewaySettings.Default;
        GatewayParts parts = new() { Plugins = Gibbon.Plugins.BundledPlugins.Create() };
        PluginRegistry registry = parts.Registry(settings);
        _store = new EntityStore(parts.Schemas(settings, registry));
        _snapshot = FirstSnapshot.Create(settings, registry, new StoredConsumers(_store));
        _store.Changed += changes => _snapshot = new SnapshotBuilder(_snapshot, changes).Build("hash");
        _store.Apply(
        [
            new ChangedEntity("services", null, _service),
            .. Enumerable.Range(0, Routes).Select(i => new ChangedEntity("routes", null, Route("/path/" + i))),
        ]);
        Route changing = Route("/changing/0");
        _versions = [changing, changing with { Paths = ["/changing/1"] }];
        _store.Apply([new ChangedEntity("routes", null, changing)]);
    }

    [Benchmark]
    public object ChangeOneRoute() => _store.Apply([new ChangedEntity("routes", null, _versions[++_turn & 1])]);

    private Route Route(string path) => new() { Id = Guid.NewGuid(), Paths = [path], Service = _service };
}
