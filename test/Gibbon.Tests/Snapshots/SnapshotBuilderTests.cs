using Gibbon.Pdk.Entities;
using Gibbon.PluginRuntime;
using Gibbon.Settings;
using Gibbon.Snapshots;
using Gibbon.Storage;

namespace Gibbon.Tests.Snapshots;

public sealed class SnapshotBuilderTests
{
    private static readonly GatewaySettings Settings = GatewaySettings.Default;
    private readonly EntityStore _store;
    private Snapshot _snapshot;

    public SnapshotBuilderTests()
    {
        GatewayParts parts = new() { Plugins = Gibbon.Plugins.BundledPlugins.Create() };
        PluginRegistry registry = parts.Registry(Settings);
        _store = new EntityStore(parts.Schemas(Settings, registry));
        _snapshot = FirstSnapshot.Create(Settings, registry, new StoredConsumers(_store));
        _store.Changed += changes => _snapshot = new SnapshotBuilder(_snapshot, changes).Build("hash");
    }

    [Fact]
    public void What_did_not_change_is_the_same_object_in_the_next_snapshot()
    {
        Service service = NewService("one.test");
        Put("services", service);
        Put("routes", NewRoute("/a", service));
        Snapshot before = _snapshot;

        Put("services", NewService("two.test"));

        Assert.NotSame(before, _snapshot);
        Assert.Same(before.Router, _snapshot.Router);
        Assert.Same(before.Plugins, _snapshot.Plugins);
        Assert.Same(before.Certificates, _snapshot.Certificates);
        Assert.Same(before.Services[service.Id], _snapshot.Services[service.Id]);
    }

    [Fact]
    public void A_disabled_service_takes_its_routes_out_and_brings_them_back()
    {
        Service service = NewService("one.test");
        Put("services", service);
        Put("routes", NewRoute("/a", service));
        Assert.Equal(1, _snapshot.Router.Count);

        Put("services", service with { Enabled = false });
        Assert.Equal(0, _snapshot.Router.Count);

        Put("services", service);
        Assert.Equal(1, _snapshot.Router.Count);
    }

    [Fact]
    public void A_renamed_upstream_is_found_by_its_new_name_only_and_keeps_its_state()
    {
        Upstream upstream = new() { Id = Guid.NewGuid(), Name = "old" };
        Put("upstreams", upstream);
        Put("targets", new Target { Id = Guid.NewGuid(), Upstream = upstream, Address = "127.0.0.1:80" });
        var state = _snapshot.FindBalancer("old")!.State;

        Put("upstreams", upstream with { Name = "new" });

        Assert.Null(_snapshot.FindBalancer("old"));
        Assert.Same(state, _snapshot.FindBalancer("new")!.State);
        Assert.Single(_snapshot.FindBalancer("new")!.Targets);
    }

    [Fact]
    public void A_failure_leaves_the_store_where_the_snapshot_is()
    {
        Plugin unknown = new() { Id = Guid.NewGuid(), Name = "not-installed" };
        EntitySet before = _store.Current;

        Assert.Throws<Pdk.PluginLoadException>(() => Put("plugins", unknown));

        Assert.Same(before, _store.Current);
    }

    [Fact]
    public void A_deleted_route_is_gone()
    {
        Service service = NewService("one.test");
        Route route = NewRoute("/a", service);
        Put("services", service);
        Put("routes", route);

        _store.Apply([new ChangedEntity("routes", route, null)]);

        Assert.Equal(0, _snapshot.Router.Count);
    }

    private void Put(string kind, Entity entity) => _store.Apply([new ChangedEntity(kind, null, entity)]);

    private static Service NewService(string host) => new() { Id = Guid.NewGuid(), Host = host };

    private static Route NewRoute(string path, Service service) => new() { Id = Guid.NewGuid(), Paths = [path], Service = service };
}
